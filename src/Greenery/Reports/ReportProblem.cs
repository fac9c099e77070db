namespace Greenery.Reports;

/// <summary>Something that is wrong, or was a few runs ago.</summary>
/// <param name="Condition">How bad it is; <see cref="HealthStatus.Good"/> when it is over.</param>
/// <param name="Subject">A check's id, a drop's path, a step, a key figure.</param>
/// <param name="Owner">Who looks after it; null when no owner is named.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Age">Since when, in words; null where that is not known.</param>
public sealed record ReportProblem(HealthStatus Condition, string Subject, string? Owner, string Text, string? Age)
{
    /// <summary>Words to find it by, of the check and of what it looks at.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the check is about, as its author put it; empty without a description.</summary>
    public string Description { get; init; } = "";

    /// <summary>A letter per run of the strip; null where there is no such history.</summary>
    public string? Cells { get; init; }

    /// <summary>Some failing rows as JSON.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>How many rows fail; null where rows are not counted.</summary>
    public long? RowsFailing { get; init; }

    /// <summary>The model it is about; null for none.</summary>
    public string? Model { get; init; }
}
