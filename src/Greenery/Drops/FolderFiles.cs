using System.Globalization;

namespace Greenery.Drops;

/// <summary>
/// The files below a folder, whatever else is there: what cannot be entered or looked at is listed with its fault.
/// </summary>
internal sealed class FolderFiles(string top)
{
    private const int MostLinks = 40;

    private static readonly EnumerationOptions Entries = new()
    {
        // Hidden files are never drops.
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    /// <exception cref="UnauthorizedAccessException">The top cannot be entered.</exception>
    public List<DropFile> List(CancellationToken cancellationToken)
    {
        var files = new List<DropFile>();
        Add(new DirectoryInfo(top), files, cancellationToken);
        return files;
    }

    /// <summary>
    /// Its length and the time it was last written, of a link those of its file; empty when it is not there.
    /// </summary>
    public static string ETagOf(FileInfo file)
    {
        try
        {
            return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true } found
                ? string.Create(CultureInfo.InvariantCulture, $"{found.Length}-{found.LastWriteTimeUtc.Ticks}")
                : "";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }

    /// <summary>Whether the file of a path below the folder is there itself, or is a link to a file that is.</summary>
    /// <exception cref="IOException">The link leads in a circle.</exception>
    public static bool IsInside(string folder, string path) =>
        new FileInfo(path).LinkTarget is null
        || RealPath(path, MostLinks).StartsWith(
            RealPath(folder, MostLinks) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Folders on the way may be links too.
    private static string RealPath(string path, int links)
    {
        if (links == 0)
        {
            throw new IOException($"{path} leads through more than {MostLinks} links.");
        }
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar))
        {
            var next = new FileInfo(Path.Combine(real, part));
            real = next.ResolveLinkTarget(returnFinalTarget: false) is { } target
                ? RealPath(target.FullName, links - 1)
                : next.FullName;
        }
        return real;
    }

    private void Add(DirectoryInfo folder, List<DropFile> files, CancellationToken cancellationToken)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Entries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                AddFolder(inner, files, cancellationToken);
            }
            else if (entry.Name[0] != '.' && entry.Extension != ".tmp" && Describe(entry) is { } file)
            {
                files.Add(file);
            }
        }
    }

    private void AddFolder(DirectoryInfo folder, List<DropFile> files, CancellationToken cancellationToken)
    {
        try
        {
            Add(folder, files, cancellationToken);
        }
        catch (UnauthorizedAccessException)
        {
            // lost+found of a volume; or a date's folder, whose drops come late, once it can be entered.
            files.Add(Faulty(folder, "it is a folder that cannot be entered. Grant access, or move it elsewhere"));
        }
        catch (DirectoryNotFoundException) when (IsMisread(folder))
        {
            files.Add(Faulty(folder, NotUtf8("entered")));
        }
        catch (DirectoryNotFoundException)
        {
            // It was there a moment ago.
        }
    }

    // Null for one that was there a moment ago.
    private DropFile? Describe(FileSystemInfo entry)
    {
        try
        {
            if (entry.LinkTarget is null)
            {
                return entry is FileInfo file ? DescribeFile(file) : null;
            }
            return entry.ResolveLinkTarget(returnFinalTarget: true) switch
            {
                // One that leads outside is refused when it is opened, as a drop that cannot be loaded.
                FileInfo { Exists: true } target => DescribeFile(target) with { Path = PathOf(entry) },
                DirectoryInfo { Exists: true } => Faulty(entry, "it is a link to a folder. Copy the folder here"),
                _ => Faulty(entry, "it is a link that leads nowhere. Correct or remove it"),
            };
        }
        catch (FileNotFoundException) when (IsMisread(entry))
        {
            return Faulty(entry, NotUtf8("opened"));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            return Faulty(entry, "it is a link that leads in a circle. Correct or remove it");
        }
    }

    private DropFile DescribeFile(FileInfo file)
    {
        // The length shows that it is there under this name.
        var length = file.Length;
        return FileKind.WhyNoFile(file.FullName) is { } kind
            ? Faulty(file, $"it is {kind}; expected a file. Remove it")
            : new DropFile(PathOf(file), ETagOf(file), length, file.LastWriteTimeUtc);
    }

    // The framework reads bytes that are no text as this character, and finds nothing under the name it made.
    private static bool IsMisread(FileSystemInfo entry) => entry.Name.Contains('\ufffd', StringComparison.Ordinal);

    private static string NotUtf8(string used) => $"its name is not UTF-8, so that it cannot be {used}. Rename it";

    private DropFile Faulty(FileSystemInfo entry, string fault) => new(PathOf(entry), "", 0, default) { Fault = fault };

    private string PathOf(FileSystemInfo entry) =>
        Path.GetRelativePath(top, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
