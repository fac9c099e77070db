namespace Greenery.Checks;

/// <summary>A number that was taken for a check.</summary>
internal sealed record StoredValue
{
    public string CheckId { get; init; } = "";

    /// <summary>What it is of, where a check has several numbers.</summary>
    public string Category { get; init; } = "";

    public DateOnly Day { get; init; }

    /// <summary>Identifies the question; only numbers of one question are comparable.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Null when it could not be taken.</summary>
    public decimal? Value { get; init; }

    /// <summary>The rows it is of.</summary>
    public decimal? OfRows { get; init; }

    /// <summary>Why it could not be taken; null when it was.</summary>
    public string? Error { get; init; }

    /// <summary>As it is compared.</summary>
    public DayValue ToDayValue() => new(Day, (double)(Value ?? 0), (double)(OfRows ?? 0));
}
