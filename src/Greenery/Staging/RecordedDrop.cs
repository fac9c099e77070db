using Greenery.Drops;

namespace Greenery.Staging;

/// <summary>A row of <c>ops.drop</c>.</summary>
internal sealed record RecordedDrop
{
    public long DropId { get; init; }

    public string Path { get; init; } = "";

    /// <summary>Its place among the parts of its date: <see cref="DropOrder.KeyOf"/>.</summary>
    public string SortKey { get; init; } = "";

    public string ETag { get; init; } = "";

    public DateOnly Date { get; init; }

    public long Bytes { get; init; }

    public string State { get; init; } = "";

    /// <summary>It was loaded, or found loaded, before: loading it now is what a user asked for.</summary>
    public bool IsReload => State is "loaded" or "same_content";

    public DropFile File => new(Path, ETag, Bytes, default);
}
