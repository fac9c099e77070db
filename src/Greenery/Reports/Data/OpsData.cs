using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Staging;

namespace Greenery.Reports.Data;

/// <summary>Everything the page takes from the database.</summary>
public sealed record OpsData
{
    /// <summary>The run it is about; null when there was none yet.</summary>
    public ReportedRun? Run { get; init; }

    /// <summary>Null when nothing was published.</summary>
    public PublishedState? Readers { get; init; }

    /// <summary>The last runs that checked anything, oldest first.</summary>
    public IReadOnlyList<RunHistoryEntry> RunHistory { get; init; } = [];

    /// <summary>By id.</summary>
    public IReadOnlyList<CheckHistory> Checks { get; init; } = [];

    public IReadOnlyList<FailingRow> FailingRows { get; init; } = [];

    /// <summary>The last published business dates, oldest first.</summary>
    public IReadOnlyList<MetricHistoryPoint> Metrics { get; init; } = [];

    /// <summary>Metrics of the newest day and the days it is compared with.</summary>
    public IReadOnlyList<MetricPeriodValue> Periods { get; init; } = [];

    /// <summary>Metrics by day, oldest first, as runs took the newest day.</summary>
    public IReadOnlyList<MetricPeriodValue> MetricDays { get; init; } = [];

    /// <summary>What the checks of the last runs came to, oldest first.</summary>
    public IReadOnlyList<RunFailures> Outcomes { get; init; } = [];

    /// <summary>By model, oldest first: how long the last runs took to build it.</summary>
    public IReadOnlyList<BuildTime> BuildTimes { get; init; } = [];

    public IReadOnlyList<NewestDrop> NewestDrops { get; init; } = [];

    /// <summary>As many days back as the page shows, or as a check compares, whichever is more.</summary>
    public IReadOnlyList<DayVolume> Volumes { get; init; } = [];

    public IReadOnlyList<DropNote> Drops { get; init; } = [];

    /// <summary>Empty when the run did not get as far as its plan.</summary>
    public IReadOnlyList<RunModel> Models { get; init; } = [];

    public IReadOnlyList<LastBuild> Builds { get; init; } = [];

    public IReadOnlyList<ShownModel> Live { get; init; } = [];

    public IReadOnlyList<ViewColumn> Columns { get; init; } = [];

    public IReadOnlyList<StepTime> Steps { get; init; } = [];

    public IReadOnlyList<QuarantinedExample> Quarantine { get; init; } = [];

    public IReadOnlyList<OpenSince> OpenBefore { get; init; } = [];

    public ShopFindings? Shop { get; init; }
}

/// <summary>How long a run took to build a model.</summary>
/// <param name="IsDelta">Only new rows were computed.</param>
public sealed record BuildTime(string Model, long RunId, double Seconds, bool IsDelta);

/// <summary>Rows in the drops of one source table and day, and how many of them were quarantined.</summary>
public sealed record DayVolume(string Table, DateOnly Date, long Rows, long Quarantined);

/// <summary>What is to be said of a drop of the reported run: refused, unknown columns, too many bad rows.</summary>
public sealed record DropNote(string Path, string Table, LoadOutcome Outcome, string? Message, bool IsOverWarning);

/// <summary>A row that failed a check, as JSON; personal columns were masked before it was kept.</summary>
public sealed record FailingRow(string CheckId, string Row);

/// <summary>When a model was last built, and what came of it.</summary>
/// <param name="BuiltAt">UTC.</param>
/// <param name="Rows">Rows computed; of an incremental build the new ones. Null for a view.</param>
/// <param name="Seconds">How long that took; null when it was not measured.</param>
/// <param name="IsDelta">Only new rows were computed.</param>
public sealed record LastBuild(string Model, long RunId, DateTime BuiltAt, long? Rows, double? Seconds, bool IsDelta);

/// <summary>A key figure as it was published for a business date; of several runs for one date the last.</summary>
/// <param name="Value">Null when it is not defined, or failed.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record MetricHistoryPoint(string Metric, DateOnly BusinessDate, long RunId, decimal? Value,
    string? Error);

/// <summary>The newest drop of a source table that was loaded.</summary>
/// <param name="Date">Its business date.</param>
/// <param name="LoadedAt">When a drop of the table was last loaded, UTC; null when it only held what was there
/// already.</param>
public sealed record NewestDrop(string Table, DateOnly Date, DateTime? LoadedAt);

/// <summary>Of a check that passed in no run of the strip: when it opened before that.</summary>
/// <param name="Since">The business date of the first run that found it.</param>
/// <param name="Runs">How many runs before the strip's did.</param>
public sealed record OpenSince(string CheckId, DateOnly Since, long Runs);

/// <summary>What readers saw when the reported run had ended.</summary>
/// <param name="RunId">The run whose versions they see.</param>
/// <param name="BusinessDate">The last day of its data.</param>
/// <param name="PublishedAt">When they began to see it, UTC.</param>
public sealed record PublishedState(long RunId, DateOnly BusinessDate, DateTime PublishedAt);

/// <summary>A quarantined row, and how many of its table break the same rule in the same column.</summary>
/// <param name="Column">Null when the row as a whole is at fault.</param>
/// <param name="Rows">All of them that the last runs quarantined.</param>
/// <param name="NewRows">Those of the reported run.</param>
/// <param name="Message">What was found and what was expected.</param>
/// <param name="Raw">The row as in the file; its first 2,000 characters.</param>
public sealed record QuarantinedExample(
    string Table, string Rule, string? Column, long Rows, long NewRows, string Path, long Line, string Message,
    string Raw);

/// <summary>The run the page is about, as the ledger has it. Times are UTC.</summary>
/// <param name="State">How it ended.</param>
/// <param name="StartedBy">What asked for it.</param>
/// <param name="FinishedAt">Null while it runs.</param>
/// <param name="Message">Why it ended as it did; null when there is nothing to say.</param>
/// <param name="Notes">What was left alone or not done, in words; a line each, empty when there is nothing.</param>
/// <param name="IsNewest">No later run has begun.</param>
/// <param name="IsPartial">It was published although a drop was refused.</param>
/// <param name="HeldModels">Models that kept their earlier version because of that, comma separated.</param>
public sealed record ReportedRun(
    long RunId, RunState State, DateOnly BusinessDate, RunTrigger StartedBy, DateTime StartedAt, DateTime? FinishedAt,
    string? Message,
    string Notes, bool IsNewest, bool IsPartial, string HeldModels);

/// <summary>One of the last runs that checked anything: a cell of every check's history.</summary>
public sealed record RunHistoryEntry(long RunId, DateOnly BusinessDate, RunState State, DateTime StartedAt);

/// <summary>What the checks of a run came to.</summary>
/// <param name="Checks">How many ran; 0 when the run broke before, or judged no model again.</param>
/// <param name="Failed">How many failed or could not be evaluated.</param>
public sealed record RunFailures(
    long RunId, DateOnly BusinessDate, RunState State, long Checks, long Failed, long Warned)
{
    /// <summary>It ended without a result that readers could see, and no check is the reason.</summary>
    public bool IsBroken => Failed == 0 && State is RunState.Failed or RunState.Refused;
}

/// <summary>What the reported run did with a model.</summary>
/// <param name="FinishedAt">Null when it was not built, or not to the end.</param>
public sealed record RunModel(string Model, ModelAction Action, string Reason, DateTime? FinishedAt)
{
    /// <summary>It kept its version because of a refused drop.</summary>
    public bool IsHeld => Reason.StartsWith(ModelPlanner.Held, StringComparison.Ordinal);
}

/// <summary>A model as readers see it now.</summary>
/// <param name="Rows">Null for a view, whose rows are not counted.</param>
public sealed record ShownModel(string Model, long RunId, long? Rows);

/// <summary>A step of the reported run. Times are UTC.</summary>
/// <param name="Step">Its name in the ledger: <c>build:dim_users</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">More than one is a sign of a machine in trouble.</param>
public sealed record StepTime(
    string Step, RecordedStepState State, int Attempts, DateTime StartedAt, DateTime? FinishedAt, string? Error);

/// <summary>A column of a model as readers see it, in the order of the table.</summary>
/// <param name="Type">As PostgreSQL names it.</param>
public sealed record ViewColumn(string Mart, string Model, string Name, string Type);
