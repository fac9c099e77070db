using System.Runtime.CompilerServices;

namespace Greenery.Drops;

/// <summary>Drops in a folder. A file's ETag is its length and the time it was last written.</summary>
internal sealed class FolderDropStore(string folder) : IDropStore
{
    public string Description { get; } = Path.GetFullPath(folder);

    public async IAsyncEnumerable<DropFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The file system's own lists are not asynchronous.
        foreach (var file in await Task.Run(() => List(cancellationToken), cancellationToken))
        {
            yield return file;
        }
    }

    public Task<Stream> OpenAsync(
        DropFile file, CancellationToken cancellationToken) => Task.FromResult(Use<Stream>(() =>
    {
        EnsureInside(file);
        EnsureIsFile(file);
        var stream = OpenExisting(file);
        try
        {
            EnsureUnchanged(file);
            return new FolderStream(stream, () => EnsureUnchanged(file));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }));

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var target = PathOf(path);
        var temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():n}.tmp");
        Use(() => Directory.CreateDirectory(Path.GetDirectoryName(target)!));
        try
        {
            await using (var file = Use(() => File.Create(temporary)))
            {
                await content.CopyToAsync(file, cancellationToken);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (IOException exception)
        {
            throw Unusable(exception);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task DeleteAsync(DropFile file, CancellationToken cancellationToken)
    {
        var path = new FileInfo(PathOf(file.Path));
        Use(() =>
        {
            if (FolderFiles.ETagOf(path) == file.ETag)
            {
                path.Delete();
            }
            return true;
        });
        DeleteIfEmpty(path.Directory!);
        return Task.CompletedTask;
    }

    // The folder of a date; never the store's own.
    private void DeleteIfEmpty(DirectoryInfo folder)
    {
        try
        {
            if (folder.FullName != Description && folder.Exists && !folder.EnumerateFileSystemInfos().Any())
            {
                folder.Delete();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file was written into it meanwhile, or it is another's: an empty folder does no harm.
        }
    }

    private List<DropFile> List(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Description))
        {
            throw new ConfigurationException(
                "Greenery:Drops", $"the folder {Description} does not exist. Create it, or correct the setting.");
        }
        return Use(() => new FolderFiles(Description).List(cancellationToken)
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList());
    }

    // What is not in the folder was not handed over: it may be any file that this process can read.
    private void EnsureInside(DropFile file)
    {
        if (!IsInside(file))
        {
            throw new DropUnreadableException(
                "is a link to a file outside of the drop folder; expected a file in it. Copy the file here.");
        }
    }

    // It may have come into the place of the file that was listed.
    private void EnsureIsFile(DropFile file)
    {
        if (FileKind.WhyNoFile(PathOf(file.Path)) is { } kind)
        {
            throw new DropUnreadableException($"is {kind}; expected a file. Remove it, and upload the file.");
        }
    }

    private bool IsInside(DropFile file)
    {
        try
        {
            return FolderFiles.IsInside(Description, PathOf(file.Path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DropChangedException(file.Path, "it was deleted");
        }
    }

    private void EnsureUnchanged(DropFile file)
    {
        if (FolderFiles.ETagOf(new FileInfo(PathOf(file.Path))) != file.ETag)
        {
            throw new DropChangedException(file.Path, "it was changed");
        }
    }

    private FileStream OpenExisting(DropFile file)
    {
        try
        {
            // The reader has a large buffer of its own.
            return new FileStream(PathOf(file.Path), new FileStreamOptions
            {
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DropChangedException(file.Path, "it was deleted");
        }
        catch (UnauthorizedAccessException)
        {
            throw new DropUnreadableException(
                "cannot be read: the system denies access to it. Let the account that Greenery runs as read the file.");
        }
    }

    private string PathOf(string path)
    {
        var full = Path.GetFullPath(Path.Combine(Description, path));
        return full.StartsWith(Description + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException($"{path} leads out of {Description}.", nameof(path));
    }

    private T Use<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }
    }

    private InfrastructureException Unusable(Exception exception) =>
        new($"{Description} cannot be used: {exception.Message} Check the folder's permissions and disk.", exception);
}
