namespace Greenery.Runs;

/// <summary>What somebody wants to be run.</summary>
public sealed record RunRequest
{
    /// <summary>Drops up to this business date are loaded; null for all up to today.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Load the drops of <see cref="Date"/> again even if they were loaded.</summary>
    public bool IsReload { get; init; }

    /// <summary>Build every model in full, whatever is there.</summary>
    public bool IsFullRefresh { get; init; }

    /// <summary>Who asks: <c>cli</c>, <c>schedule</c>, <c>http</c>, <c>demo</c>.</summary>
    public string StartedBy { get; init; } = "cli";
}
