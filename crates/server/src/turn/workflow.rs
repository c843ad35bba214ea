//! A workflow: a list of tasks that is shown while a handler works, and folded up when it is done.

use std::sync::Arc;

use docent_protocol::{
    Task, ThreadItemUpdate, ThreadStreamEvent, Timestamp, Workflow, WorkflowItem, WorkflowKind,
    WorkflowSummary,
};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::pipeline::{Pipeline, emit};
use super::{Turn, TurnError};
use crate::clock::Clock;
use crate::id::IdKind;

/// Shows tasks as they come: added with the first task, then one update for each change, done.
///
/// A reasoning workflow is shown before it has a task. If the turn ends before [`WorkflowStream::finish`],
/// the workflow stays as it was seen last.
#[must_use = "a workflow is complete only when `finish` was called"]
pub struct WorkflowStream {
    pipeline: Arc<Mutex<Pipeline>>,
    clock: Arc<dyn Clock>,
    item: WorkflowItem,
    is_announced: bool,
}

impl Turn {
    /// Begins a workflow without tasks. Without a summary, the time it took becomes its summary.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn workflow(
        &self,
        kind: WorkflowKind,
        summary: Option<WorkflowSummary>,
    ) -> Result<WorkflowStream, TurnError> {
        let item = WorkflowItem {
            id: self.new_id(IdKind::Workflow),
            thread_id: self.thread.id.clone(),
            created_at: self.now(),
            workflow: Workflow { kind, tasks: Vec::new(), summary, expanded: false },
        };
        let mut stream = WorkflowStream {
            pipeline: Arc::clone(&self.pipeline),
            clock: Arc::clone(&self.services.clock),
            item,
            is_announced: false,
        };
        if kind == WorkflowKind::Reasoning {
            stream.announce().await?;
        }
        Ok(stream)
    }
}

impl WorkflowStream {
    /// The id of the item.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.item.id
    }

    /// Adds a task at the end and gives its index, from 0 on.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn add_task(&mut self, task: Task) -> Result<usize, TurnError> {
        let task_index = self.item.workflow.tasks.len();
        self.item.workflow.tasks.push(task.clone());
        if self.is_announced {
            self.update(ThreadItemUpdate::WorkflowTaskAdded { task_index, task }).await?;
        } else {
            self.announce().await?;
        }
        Ok(task_index)
    }

    /// Puts another task in the place of the one at this index.
    ///
    /// # Errors
    /// [`TurnError::Internal`] if there is no such task; else as for [`Turn::emit`].
    pub async fn update_task(&mut self, task_index: usize, task: Task) -> Result<(), TurnError> {
        let Some(place) = self.item.workflow.tasks.get_mut(task_index) else {
            return Err(TurnError::internal(format!("the workflow has no task {task_index}")));
        };
        place.clone_from(&task);
        self.update(ThreadItemUpdate::WorkflowTaskUpdated { task_index, task }).await
    }

    /// Completes the workflow, folded up: it is stored, and then shown as done. `summary` takes the place of the one
    /// it began with.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn finish(mut self, summary: Option<WorkflowSummary>) -> Result<WorkflowItem, TurnError> {
        let workflow = &mut self.item.workflow;
        workflow.summary = summary.or_else(|| workflow.summary.take()).or_else(|| {
            Some(WorkflowSummary::Duration { duration: seconds(self.item.created_at, self.clock.now()) })
        });
        workflow.expanded = false;
        self.emit(ThreadStreamEvent::ThreadItemDone { item: self.item.clone().into() }).await?;
        Ok(self.item)
    }

    async fn announce(&mut self) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ThreadItemAdded { item: self.item.clone().into() }).await?;
        self.is_announced = true;
        Ok(())
    }

    async fn update(&self, update: ThreadItemUpdate) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ThreadItemUpdated { item_id: self.item.id.clone(), update }).await
    }

    fn emit(&self, event: ThreadStreamEvent) -> BoxFuture<'_, Result<(), TurnError>> {
        emit(&self.pipeline, event)
    }
}

/// Whole seconds from one time to another; none if the clock stepped back.
fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from((to.unix_micros() - from.unix_micros()) / 1_000_000).unwrap_or(0)
}
