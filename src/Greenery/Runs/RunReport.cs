using System.Text.Json.Serialization;
using Greenery.Checks;
using Greenery.Models.Planning;
using Greenery.Staging;

namespace Greenery.Runs;

/// <summary>Everything the ledgers say of one run.</summary>
public sealed record RunReport
{
    public required long RunId { get; init; }

    /// <summary>How it ended; in JSON as in the database: <c>checks_failed</c>.</summary>
    public required RunState State { get; init; }

    public required DateOnly BusinessDate { get; init; }

    public required RunTrigger StartedBy { get; init; }

    public required DateTime StartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTime? FinishedAt { get; init; }

    /// <summary>
    /// The beginning of the hash of the models, checks and metrics that it went by; null where it did not get so far.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>The environment that a try is shown in; null for other runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Environment { get; init; }

    /// <summary>Why it ended as it did; null when there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// Models that kept their earlier version, because a drop of a table that they depend on was refused, or because
    /// the run published a try of others; empty when nothing, or everything, was published.
    /// </summary>
    public IReadOnlyList<string> HeldModels { get; init; } = [];

    /// <summary>It was published although a drop was refused, without the models that depend on it.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Files that were left alone, in words.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Per source table, what came of the rows of its drops.</summary>
    public IReadOnlyList<LoadLine> Loads { get; init; } = [];

    /// <summary>What is to be said of single drops: refused, unknown columns, over a threshold.</summary>
    public IReadOnlyList<DropLine> Drops { get; init; } = [];

    /// <summary>Quarantined rows by table, rule and column, each with an example.</summary>
    public IReadOnlyList<QuarantineLine> Quarantine { get; init; } = [];

    public IReadOnlyList<ModelLine> Models { get; init; } = [];

    public IReadOnlyList<CheckLine> Checks { get; init; } = [];

    public IReadOnlyList<MetricLine> Metrics { get; init; } = [];

    /// <summary>Steps that were tried more than once: a sign of a machine in trouble.</summary>
    public int Retries { get; init; }
}

/// <summary>
/// What came of the rows of one source table; rows = inserted + updated + unchanged + superseded + quarantined +
/// expired.
/// </summary>
/// <param name="Table">The source table.</param>
/// <param name="Drops">How many drops were loaded.</param>
/// <param name="Rows">Rows in their files.</param>
/// <param name="Inserted">Rows with a new key.</param>
/// <param name="Updated">Rows that say something else than before.</param>
/// <param name="Unchanged">Rows that say the same as before.</param>
/// <param name="Superseded">Rows that a later row or a later drop overrides.</param>
/// <param name="Quarantined">Rows that do not fit the contract.</param>
/// <param name="Restored">Rows that vanished from a corrected drop and went back to what an earlier drop said.</param>
/// <param name="Removed">Rows that vanished from a corrected drop and that no earlier drop knows.</param>
/// <param name="Gone">Rows that a complete drop lacks.</param>
/// <param name="Returned">Rows that were gone and are there again.</param>
/// <param name="Expired">Rows that are older than the contract keeps; they were not loaded.</param>
public sealed record LoadLine(
    string Table,
    long Drops,
    long Rows,
    long Inserted,
    long Updated,
    long Unchanged,
    long Superseded,
    long Quarantined,
    long Restored = 0,
    long Removed = 0,
    long Gone = 0,
    long Returned = 0,
    long Expired = 0);

/// <summary>A drop that people should know of.</summary>
public sealed record DropLine(
    string Path, LoadOutcome Outcome, string? Message, bool IsOverWarning, string Table = "");

/// <summary>Quarantined rows of one table, rule and column, with an example.</summary>
public sealed record QuarantineLine(string Table, string Rule, long Rows, string Path, long Line, string? Column,
    string Message);

/// <summary>One model of a run; of an incremental build, <paramref name="Rows"/> are the new ones only.</summary>
public sealed record ModelLine(
    string Mart, string Model, ModelAction Action, string Reason, bool IsIncremental, long? Rows, double? Seconds)
{
    /// <summary>It is none of those that a try was about.</summary>
    [JsonIgnore]
    public bool IsNotSelected => Reason == ModelPlanner.NotSelected;
}

/// <summary>One check of a run.</summary>
public sealed record CheckLine(
    string Id, string Mart, string Model, Severity Severity, CheckStatus Status, long RowsLookedAt, long RowsFailing,
    string Message)
{
    /// <summary>Some failing rows as JSON, personal columns masked.</summary>
    public IReadOnlyList<string> FailingRows { get; init; } = [];
}

/// <summary>One key figure.</summary>
/// <param name="Metric">The name of its file.</param>
/// <param name="Value">Null when it is not defined, or failed.</param>
/// <param name="DayBefore">As last published for an earlier business date; null when there was none.</param>
/// <param name="WeekBefore">As last published for a business date at least seven days earlier; null when there was
/// none.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record MetricLine(string Metric, decimal? Value, decimal? DayBefore, decimal? WeekBefore, string? Error);

/// <summary>One run of the list of runs.</summary>
/// <param name="RunId">Its number.</param>
/// <param name="State">How it ended; in JSON as in the database.</param>
/// <param name="BusinessDate">The newest date of its drops.</param>
/// <param name="StartedBy">What asked for it.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC; null while it runs.</param>
/// <param name="Message">Why it ended as it did; null when there is nothing to say.</param>
/// <param name="IsPartial">It was published without the models that depend on a refused drop.</param>
/// <param name="Project">The beginning of the hash of the project it went by; null where it did not get so far.</param>
public sealed record RunLine(
    long RunId, RunState State, DateOnly BusinessDate, RunTrigger StartedBy, DateTime StartedAt, DateTime? FinishedAt,
    string? Message, bool IsPartial = false, string? Project = null);
