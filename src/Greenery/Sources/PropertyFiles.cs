namespace Greenery.Sources;

/// <summary>
/// The property files (.yml, .yaml) of a folder and its subfolders; a project may have as many as it likes.
/// </summary>
internal static class PropertyFiles
{
    /// <summary>Their paths and how messages call them, in order.</summary>
    /// <param name="sqlFolder">The project's folder.</param>
    /// <param name="folder">Below it: <c>core</c>.</param>
    public static IReadOnlyList<(string Path, string Name)> In(string sqlFolder, string folder) =>
        Directory.Exists(Path.Combine(sqlFolder, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(sqlFolder, folder), "*", SearchOption.AllDirectories)
            .Where(IsOne)
            .Select(path => (path, Name(sqlFolder, path)))
            .OrderBy(file => file.Item2, StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// The files of some folders that have a key at their top. Other keys of theirs are read elsewhere, as are files
    /// that are no YAML.
    /// </summary>
    public static IEnumerable<PropertyMap> With(
        string key, string sqlFolder, IEnumerable<string> folders, ICollection<Diagnostic> diagnostics) => folders
        .SelectMany(folder => In(sqlFolder, folder))
        .Select(file => PropertyMap.ReadWith(file.Path, file.Name, key, diagnostics))
        .OfType<PropertyMap>();

    /// <summary>Whether a path has the ending of a property file.</summary>
    public static bool IsOne(string path) => Path.GetExtension(path) is ".yml" or ".yaml";

    /// <summary>How messages call a file of the project: <c>sql/core/core.yml</c>.</summary>
    public static string Name(string sqlFolder, string path) =>
        $"sql/{Path.GetRelativePath(sqlFolder, path).Replace(Path.DirectorySeparatorChar, '/')}";
}
