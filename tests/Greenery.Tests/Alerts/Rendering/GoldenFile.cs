using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>
/// What people see, kept in files. <c>GREENERY_WRITE_GOLDEN=1</c> writes them anew: then look at the difference.
/// </summary>
internal static class GoldenFile
{
    private static readonly string Folder =
        Path.Combine(Repository.Top, "tests", "Greenery.Tests", "Alerts", "Rendering", "Golden");

    public static void Matches(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, text);
        }
        Assert.Equal(File.ReadAllText(file), text);
    }
}
