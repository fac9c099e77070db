namespace Greenery.Drops;

/// <summary>A file as the store lists it.</summary>
/// <param name="Path">Below the container or folder, with <c>/</c>: <c>2026-11-21/orders.csv.gz</c>.</param>
/// <param name="ETag">Changes whenever the content does; a read is refused when it no longer matches.</param>
/// <param name="Bytes">As stored, so compressed for .gz.</param>
/// <param name="ModifiedAt">When the store last saw it written.</param>
public sealed record DropFile(string Path, string ETag, long Bytes, DateTimeOffset ModifiedAt)
{
    /// <summary>Why it cannot be read, in the form "it is a link ...", and what to do; null when it can.</summary>
    public string? Fault { get; init; }
}
