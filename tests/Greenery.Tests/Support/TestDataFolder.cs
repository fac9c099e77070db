using Greenery.LocalServices;

namespace Greenery.Tests.Support;

/// <summary>
/// A folder below the temp folder that is deleted when disposed, and by a later test process when this one is killed.
/// </summary>
internal sealed class TestDataFolder : IDisposable
{
    private const string OwnerLock = "owner.lock";

    // One for each user: a user could not delete another one's.
    private static readonly string _parent = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), $"greenery-tests-{Environment.UserName}");

    private readonly string _own;
    private readonly IDisposable _owner;

    static TestDataFolder()
    {
        DataFolders.Make(_parent);
        foreach (var folder in Directory.GetDirectories(_parent))
        {
            DeleteIfLeft(folder);
        }
    }

    /// <param name="name">For a test of odd names; by default a unique one.</param>
    public TestDataFolder(string name = "")
    {
        _own = System.IO.Path.Combine(_parent, Guid.NewGuid().ToString("n"));
        Path = System.IO.Path.Combine(_own, name);
        DataFolders.Make(_own);
        DataFolders.Make(Path);
        _owner = FileLock.TryAcquire(System.IO.Path.Combine(_own, OwnerLock))!;
    }

    public string Path { get; }

    public void Dispose()
    {
        _owner.Dispose();
        Delete(_own);
    }

    // A folder without the lock is one that another process is just making.
    private static void DeleteIfLeft(string folder)
    {
        var file = System.IO.Path.Combine(folder, OwnerLock);
        if (File.Exists(file) && FileLock.TryAcquire(file) is { } acquired)
        {
            acquired.Dispose();
            Delete(folder);
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another test process deletes it too, or another user's tests left it: not worth a failed test.
        }
    }
}
