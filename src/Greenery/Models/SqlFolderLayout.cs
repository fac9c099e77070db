using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// A file of the sql folder that is not read is a fault: its author would believe that it works.
/// </summary>
public static class SqlFolderLayout
{
    private const string EarlierMigrations = "ops";

    /// <summary>The folder of a mart whose files are checks and no models.</summary>
    private const string Checks = "checks";

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

    private static bool IsRead(string path, Marts marts) => path.Split('/') switch
    {
        ["sources.yml"] or [ProjectFile.FileName] or [Exposure.FileName] => true,
        [var mart, Checks, .. var rest] when marts.Has(mart) => rest is [var file] && IsSql(file),
        [var mart, .., var file] when marts.Has(mart) => IsSql(file) || PropertyFiles.IsOne(file),
        ["metrics", MetricProperties.FileName] => true,
        [var top, var file] => top is "metrics" or EarlierMigrations && IsSql(file),
        _ => false,
    };

    private static bool IsSql(string file) => file.EndsWith(".sql", StringComparison.Ordinal);
}
