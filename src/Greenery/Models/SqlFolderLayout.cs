using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// A file of the sql folder that is not read is a fault: its author would believe that it works.
/// </summary>
public static class SqlFolderLayout
{
    /// <summary>The folder of a mart whose files are checks and no models.</summary>
    private const string Checks = "checks";

    private static readonly string[] TopFolders = ["metrics", "ops"];

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

    /// <summary>The files of a mart's models, in its folder and subfolders, by their path.</summary>
    internal static IReadOnlyList<string> ModelFiles(string sqlFolder, string mart)
    {
        var folder = Path.Combine(sqlFolder, mart);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.sql", SearchOption.AllDirectories)
                .Where(path => Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0] != Checks)
                .Order(StringComparer.Ordinal)]
            : [];
    }

    private static bool IsRead(string path) => path.Split('/') switch
    {
        ["sources.yml"] or [Exposure.FileName] => true,
        [var mart, Checks, .. var rest] when Marts.InOrder.Contains(mart) => rest is [var file] && IsSql(file),
        [var mart, .., var file] when Marts.InOrder.Contains(mart) => IsSql(file) || PropertyFiles.IsOne(file),
        ["metrics", MetricProperties.FileName] => true,
        [var top, var file] => TopFolders.Contains(top) && IsSql(file),
        _ => false,
    };

    private static bool IsSql(string file) => file.EndsWith(".sql", StringComparison.Ordinal);
}
