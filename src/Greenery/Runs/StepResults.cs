namespace Greenery.Runs;

/// <param name="Refusal">What is wrong with contract, models or checks; null when nothing is.</param>
/// <param name="LoadsNothing">Staging is taken as it is.</param>
/// <param name="PublishesNothing">What is built and checked is for who tries it.</param>
/// <param name="HasEnvironment">It is shown to who tries it in an environment.</param>
public sealed record VerifyResult(
    string? Refusal, bool LoadsNothing = false, bool PublishesNothing = false, bool HasEnvironment = false);

/// <param name="Tables">The source tables that have drops to load.</param>
/// <param name="Drops">How many drops that is.</param>
/// <param name="Emptiness">What to say when there is no drop in the store, loaded or not; null when there is
/// one.</param>
public sealed record DiscoverResult(IReadOnlyList<string> Tables, int Drops, string? Emptiness);

/// <param name="Rows">Rows in the files.</param>
/// <param name="Changed">Rows inserted or updated.</param>
/// <param name="Quarantined">Rows that were quarantined.</param>
/// <param name="Refusal">Why a drop was refused; null when none was.</param>
/// <param name="StopsRun">Nothing is published without the table's drops.</param>
public sealed record LoadStepResult(
    long Rows, long Changed, long Quarantined, string? Refusal, bool StopsRun = false);

/// <param name="Models">What is to build and to check, in order.</param>
/// <param name="IsNothingNew">All versions are live already, and judged by the same checks.</param>
/// <param name="IsMeasured">Whether key figures are taken though nothing is new.</param>
/// <param name="Held">Which models keep their earlier rows because of refused drops, in words; null when none
/// does.</param>
/// <param name="Refusal">Why models cannot be tried, or what was tried cannot be published; null when it can.</param>
public sealed record PlanResult(
    IReadOnlyList<PlanNode> Models, bool IsNothingNew, bool IsMeasured = false, string? Held = null,
    string? Refusal = null);

/// <param name="Model">The model's name.</param>
/// <param name="Mart">Its mart.</param>
/// <param name="Parents">The models it reads.</param>
/// <param name="IsBuilt">Whether the run builds it.</param>
/// <param name="HasChecks">Whether it is checked.</param>
public sealed record PlanNode(string Model, string Mart, IReadOnlyList<string> Parents, bool IsBuilt, bool HasChecks);

/// <param name="Rows">Rows computed.</param>
/// <param name="Refusal">What PostgreSQL refused about the model's data (a division by zero, say); null when
/// nothing.</param>
public sealed record BuildResult(long Rows, string? Refusal);

/// <param name="Checks">How many were evaluated.</param>
/// <param name="Failures">Those that stop the run, in words.</param>
/// <param name="Warnings">How many warn.</param>
public sealed record CheckStepResult(int Checks, IReadOnlyList<string> Failures, int Warnings);

/// <param name="Conflict">What is in the way of publishing; null when it was published.</param>
/// <param name="Withdrawn">Which models readers lost, in words; null when none.</param>
/// <param name="Environment">The environment that shows it, in place of the marts; null where readers see it.</param>
public sealed record PublishResult(string? Conflict, string? Withdrawn = null, string? Environment = null);

/// <param name="State">The state that was saved: what was published stays published.</param>
/// <param name="IsPartial">It was published without the models that read a refused drop's table.</param>
/// <param name="IsTry">It was a try: no page and no message is made of it.</param>
public sealed record EndResult(RunState State, bool IsPartial = false, bool IsTry = false);

/// <param name="Count">How many items were measured, dropped or notified.</param>
public sealed record DoneResult(int Count);
