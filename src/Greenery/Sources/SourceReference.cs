namespace Greenery.Sources;

/// <summary>A person or channel that a file names.</summary>
/// <param name="Name">As written in the file: an address, an owner's or a channel's name.</param>
/// <param name="Place">File and line.</param>
public sealed record SourceReference(string Name, string Place);
