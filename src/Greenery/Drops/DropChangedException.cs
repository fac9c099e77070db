namespace Greenery.Drops;

/// <summary>
/// The file was changed or deleted after it was listed. What was read of it is not kept; the next run looks again.
/// </summary>
public sealed class DropChangedException(string path, string what)
    : Exception($"{path}: {what} after it was listed. Nothing of it was kept; run again to load what is there now.")
{
    public string Path { get; } = path;
}
