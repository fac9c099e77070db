using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>One check of one model or source table.</summary>
public sealed record Check
{
    /// <summary>Unique and the same from day to day: <c>core.dim_users.user_id.unique</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The model, or a source table described as one, in mart <c>staging</c>.</summary>
    public required Model Model { get; init; }

    /// <summary>The source table whose drops it judges; null for a check of a model.</summary>
    public SourceTable? Source { get; init; }

    /// <summary>The metric whose values it judges; null for other checks.</summary>
    public Metric? Metric { get; init; }

    /// <summary>The column it belongs to; null for a check of the table, model or metric.</summary>
    public string? Column { get; init; }

    /// <summary><c>unique</c>, <c>not_null</c>, ... as in the property file.</summary>
    public required string Kind { get; init; }

    public required CheckRule Rule { get; init; }

    public Severity Severity { get; init; }

    /// <summary>Only rows that meet this SQL condition are looked at; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>
    /// The other models and source tables that its SQL names, <see cref="Where"/> included; when one of them has
    /// changed, so may have the answer.
    /// </summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>
    /// Whether rows that were checked before have to be looked at again, because the answer for them may differ.
    /// </summary>
    public bool NeedsAllRows { get; init; }

    /// <summary>When an error-severity check fails; any failing row by default.</summary>
    public Threshold ErrorIf { get; init; } = Threshold.Any;

    /// <summary>
    /// Whether a check of severity warn fails all the same when <see cref="ErrorIf"/> is met, because its file has an
    /// <c>error_if</c>.
    /// </summary>
    public bool Escalates { get; init; }

    /// <summary>When a check warns; any failing row by default.</summary>
    public Threshold WarnIf { get; init; } = Threshold.Any;

    /// <summary>
    /// Why it exists: as its file says, else what its kind assumes; empty for a query without a comment.
    /// </summary>
    public string Description { get; init; } = "";

    public string? Owner => Ownership.Owner?.Name;

    /// <summary>Whom it concerns: its own <c>meta</c>, for the rest its model's.</summary>
    public Ownership Ownership { get; init; } = Ownership.None;

    /// <summary>Words to find it by: its own <c>config: tags</c> and those of its model or source table.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What of failing rows is shown; null for all but the personal columns of the model.</summary>
    public RowMask? Mask { get; init; }

    /// <summary>As <see cref="Mask"/>, with its default.</summary>
    public RowMask ShownRows => Mask
        ?? RowMask.OfModel([.. Model.Columns.Where(column => column.IsPersonal).Select(column => column.Name)]);

    /// <summary>File and line of its declaration.</summary>
    public required string Place { get; init; }

    /// <summary>What it looks at, for messages: <c>core.dim_users.user_id</c>.</summary>
    public string Subject => Metric is not null ? $"metric {Metric.Name}"
        : Column is null ? Model.ToString() : $"{Model}.{Column}";

    /// <summary>
    /// The check as nodes of a cluster can evaluate it: values that it points to and that are on other nodes are sent
    /// to all of them first.
    /// </summary>
    internal Check OnCluster() =>
        Rule is SetCheckRule { Related: { } related } && !related.IsBeside(Model) ? OnAllNodes() ?? this : this;

    /// <summary>The check with all values that it points to sent to all nodes; null where it is one already, and for
    /// one that points to none.</summary>
    internal Check? OnAllNodes() => Rule is SetCheckRule { Related: { } related, Named: "" } rule
        ? this with { Rule = rule with { Named = related.OnAllNodes } } : null;

    /// <summary>What it comes to, given what it found.</summary>
    public CheckStatus Judge(long lookedAt, long failing) =>
        lookedAt == 0 && failing == 0 ? CheckStatus.NotEvaluated
        : (Severity == Severity.Error || Escalates) && ErrorIf.IsMetBy(failing, lookedAt) ? CheckStatus.Fail
        : WarnIf.IsMetBy(failing, lookedAt) ? CheckStatus.Warn
        : CheckStatus.Pass;
}
