namespace Greenery.LocalServices;

/// <summary>Where the local services keep what they need.</summary>
internal sealed record LocalServicesOptions
{
    /// <summary>The setting that <see cref="DataRoot"/> is taken from.</summary>
    public const string DataRootSetting = "Greenery:LocalData";

    /// <summary>
    /// The folder of the data; by default a folder of the user's (<see cref="DataFolders.Default"/>). All processes
    /// with the same folder share one PostgreSQL and one Azurite.
    /// </summary>
    public string DataRoot { get; init; } = DataFolders.Default;

    /// <summary>The folder of the npm packages; by default <c>packages</c> in <see cref="DataRoot"/>.</summary>
    public string? PackagesFolder { get; init; }

    /// <summary>The folder of services.mjs and package-lock.json; by default <c>local</c> beside the program.</summary>
    public string Definition { get; init; } = Path.Combine(AppContext.BaseDirectory, "local");

    /// <summary>
    /// For tests: nothing is synced to disk, and the data is deleted when the last process lets go of it.
    /// Default false.
    /// </summary>
    public bool IsThrowAway { get; init; }

    /// <summary>Where node and npm are looked for, in the form of PATH, which is the default.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";
}
