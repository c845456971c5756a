/// A plan while it runs: what it was made for, and how far it is.
import Launches
import Plans

/// A plan of which the first `next` segments ran.
struct RunningPlan {
    let plan: Plan
    var launches: [Launch?]
    var stores: [Store?]
    /// The window's constants.
    var constants: [ScalarExpression.Constant] = []
    /// By how many bytes the window's operands have moved since the plan was made.
    var shifts = Plan.unmoved
    var next = 0
    /// Segment `next`, begun on the workers or stopped.
    var ahead: RunningSegment?
    /// Whether somebody stopped it.
    var isStopped = false
    /// What carries the plan's messages, on several ranks.
    var channel: ExchangeChannel?
    /// Stores that ranks compare behind the plan.
    var compared: [Store] = []
}
