namespace Greenery.Benchmarks;

/// <summary>The options of the benchmarks.</summary>
internal static class Options
{
    /// <summary>The word after an option; null when it is not there.</summary>
    public static string? Value(string[] options, string name)
    {
        var at = Array.IndexOf(options, name);
        return at >= 0 && at + 1 < options.Length ? options[at + 1] : null;
    }

    /// <summary>The connection string of the database to measure on; everything in it may be replaced.</summary>
    public static string? Warehouse(string[] options) =>
        Value(options, "--warehouse") ?? Environment.GetEnvironmentVariable("Greenery__Warehouse");

    /// <summary>Says what is missing, and gives the exit code.</summary>
    public static int NoWarehouse()
    {
        Console.Error.WriteLine("Name a database to measure on, whose contents may be replaced: --warehouse "
            + "\"Host=...;Database=...\", or Greenery__Warehouse.");
        return 2;
    }
}
