namespace Greenery.Tests.Support;

/// <summary>Places of this repository that tests read.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Greenery.sln.</summary>
    public static string Top { get; } = FindTop(AppContext.BaseDirectory);

    public static string SqlFolder => Path.Combine(Top, "sql");

    /// <summary>The shop's real data, which is not part of the repository; null where it is not there.</summary>
    public static string? ShopData
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Top, "..", "shared", "greenery"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>
    /// Files from public bug reports, one folder a case, which are not part of the repository; null where they are not
    /// there.
    /// </summary>
    public static string? LoadCases
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Top, "..", "shared", "cases", "load"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    private static string FindTop(string folder) => File.Exists(Path.Combine(folder, "Greenery.sln"))
        ? folder
        : FindTop(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
            ?? throw new InvalidOperationException("Greenery.sln was not found above the tests' folder."));
}
