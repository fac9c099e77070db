namespace Greenery.Models;

/// <summary>
/// A file of the sql folder that is not read is a fault: its author would believe that it works.
/// </summary>
public static class SqlFolderLayout
{
    private static readonly string[] TopFolders = [.. Marts.InOrder, "metrics", "ops"];

    /// <summary>SQL and YAML files in places where they mean nothing.</summary>
    public static List<Diagnostic> Verify(string sqlFolder) => Directory.Exists(sqlFolder)
        ? [.. Directory.EnumerateFiles(sqlFolder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(sqlFolder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => Path.GetExtension(path).ToLowerInvariant() is ".sql" or ".yml" or ".yaml" && !IsRead(path))
            .Order(StringComparer.Ordinal)
            .Select(path =>
            new Diagnostic(
            $"sql/{path}", "is not a file that is read; expected sources.yml, <mart>/<model>.sql, <mart>/<mart>.yml, "
                + $"<mart>/checks/<check>.sql or metrics/<metric>.sql with metrics.yml, exposures.yml, and marts "
                + $"{string.Join(", ", Marts.InOrder)}. Move or rename it."))]
        : [];

    private static bool IsRead(string path) => path.Split('/') switch
    {
        ["sources.yml"] or [Exposure.FileName] => true,
        [var mart, var file] when Marts.InOrder.Contains(mart) =>
            file.EndsWith(".sql", StringComparison.Ordinal) || file == $"{mart}.yml",
        [var mart, "checks", var file] when Marts.InOrder.Contains(mart) =>
            file.EndsWith(".sql", StringComparison.Ordinal),
        ["metrics", MetricProperties.FileName] => true,
        [var top, var file] => TopFolders.Contains(top) && file.EndsWith(".sql", StringComparison.Ordinal),
        _ => false,
    };
}
