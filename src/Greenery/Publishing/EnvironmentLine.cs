namespace Greenery.Publishing;

/// <summary>An environment, as <c>greenery env</c> lists it.</summary>
public sealed record EnvironmentLine
{
    public required string Name { get; init; }

    /// <summary>The try whose versions it shows.</summary>
    public long RunId { get; init; }

    /// <summary>The business date of the data that the try found.</summary>
    public DateOnly BusinessDate { get; init; }

    /// <summary>Since when it shows them; UTC.</summary>
    public DateTime ShownAt { get; init; }

    public required string[] Schemas { get; init; }

    /// <summary>How many models it shows.</summary>
    public long Models { get; init; }

    /// <summary>Of these, how many readers see in another version, or not at all.</summary>
    public long Differing { get; init; }

    /// <summary>What the tables take that readers do not need.</summary>
    public long Bytes { get; init; }
}
