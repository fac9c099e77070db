namespace Greenery.Models;

/// <summary>
/// A file of the sql folder that is not read is a fault: its author would believe that it works.
/// </summary>
public static class SqlFolderLayout
{
    private const string EarlierMigrations = "ops";

    /// <summary>SQL and YAML files in places where they mean nothing.</summary>
    public static List<Diagnostic> Verify(string sqlFolder, Marts marts) => Directory.Exists(sqlFolder)
        ? [.. Directory.EnumerateFiles(sqlFolder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(sqlFolder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => Path.GetExtension(path).ToLowerInvariant() is ".sql" or ".yml" or ".yaml"
                && !IsRead(path, marts))
            .Order(StringComparer.Ordinal)
            .Select(path =>
            new Diagnostic(
            $"sql/{path}", "is not a file that is read; expected project.yml, sources.yml, <mart>/<model>.sql, "
                + "<mart>/<mart>.yml, <mart>/checks/<check>.sql or metrics/<metric>.sql with metrics.yml, "
                + $"exposures.yml, and marts {marts}. Move or rename it."))]
        : [];

    /// <summary>What may be deleted: projects of earlier versions carried the ops migrations.</summary>
    public static IEnumerable<Diagnostic> Leftovers(string sqlFolder) =>
        Directory.Exists(Path.Combine(sqlFolder, EarlierMigrations))
        ? [new Diagnostic($"sql/{EarlierMigrations}", "is not read: the program carries the migrations of schema "
            + "ops itself, unlike earlier versions. The folder may be deleted.")]
        : [];

    private static bool IsRead(string path, Marts marts) => path.Split('/') switch
    {
        ["sources.yml"] or ["project.yml"] or [Exposure.FileName] => true,
        [var mart, var file] when marts.Has(mart) =>
            file.EndsWith(".sql", StringComparison.Ordinal) || file == $"{mart}.yml",
        [var mart, "checks", var file] when marts.Has(mart) =>
            file.EndsWith(".sql", StringComparison.Ordinal),
        ["metrics", MetricProperties.FileName] => true,
        [var top, var file] => top is "metrics" or EarlierMigrations && file.EndsWith(".sql", StringComparison.Ordinal),
        _ => false,
    };
}
