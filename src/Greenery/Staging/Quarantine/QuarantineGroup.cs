namespace Greenery.Staging.Quarantine;

/// <summary>Quarantined rows that break the same rule in the same column of one drop.</summary>
public sealed record QuarantineGroup
{
    public long DropId { get; init; }

    public string Path { get; init; } = "";

    public string Table { get; init; } = "";

    public string Rule { get; init; } = "";

    /// <summary>Null when the row as a whole is at fault.</summary>
    public string? Column { get; init; }

    public long Rows { get; init; }

    /// <summary>Line of the first of them.</summary>
    public long Line { get; init; }

    /// <summary>What was found and expected in the first of them.</summary>
    public string Message { get; init; } = "";

    /// <summary>The first of them as written in the file; null where it must not be shown.</summary>
    public string? Raw { get; init; }
}
