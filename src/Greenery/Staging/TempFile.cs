namespace Greenery.Staging;

/// <summary>Files of the temp folder that are gone with the process that made them.</summary>
internal static class TempFile
{
    /// <param name="purpose">Part of its name, for those who look where the room went.</param>
    public static FileStream Create(string purpose)
    {
        var path = Path.Combine(Path.GetTempPath(), $"greenery-{purpose}-{Guid.NewGuid():n}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        if (!OperatingSystem.IsWindows())
        {
            // Without a name it goes with the process also when that is killed. Until here it is empty.
            File.Delete(path);
        }
        return file;
    }
}
