namespace Greenery.LocalServices;

/// <summary>
/// An embedded PostgreSQL and Azurite, for machines without services of their own. Each starts when it is first asked
/// for; both run until the last process that uses them lets go of them or ends in whatever way.
/// </summary>
internal sealed class LocalEnvironment : IAsyncDisposable
{
    private readonly SupervisorConnection _supervisor;

    private LocalEnvironment(SupervisorConnection supervisor) => _supervisor = supervisor;

    /// <summary>Installs the npm packages if need be, and connects to the folder's supervisor or starts it.</summary>
    /// <param name="options">Where the data and the packages are.</param>
    /// <param name="progress">Receives a message for the user about each step that takes longer.</param>
    /// <param name="cancellationToken">Cancels the start; incomplete results are not used later.</param>
    /// <exception cref="InfrastructureException">No Node.js or npm, npm fails, or the folder cannot be
    /// used.</exception>
    public static async Task<LocalEnvironment> StartAsync(
        LocalServicesOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        DataFolders.Make(options.DataRoot);
        var packages = await new LocalPackages(options).RequireAsync(progress, cancellationToken);
        return new LocalEnvironment(await new Supervisor(options).ConnectAsync(packages, progress, cancellationToken));
    }

    /// <summary>The Npgsql connection string of database <c>greenery</c>; its user may do everything.</summary>
    /// <exception cref="InfrastructureException">PostgreSQL does not start; the message has its last words.</exception>
    public Task<string> WarehouseAsync(CancellationToken cancellationToken) =>
        _supervisor.NeedAsync("postgres", cancellationToken);

    /// <summary>The storage connection string of Azurite; it has no container at first.</summary>
    /// <exception cref="InfrastructureException">Azurite does not start.</exception>
    public Task<string> DropsAsync(CancellationToken cancellationToken) =>
        _supervisor.NeedAsync("azurite", cancellationToken);

    /// <summary>
    /// The same with queues and tables, where an Azure Functions host keeps its state. They start when they are asked
    /// for.
    /// </summary>
    /// <exception cref="InfrastructureException">Azurite does not start.</exception>
    public Task<string> HostStorageAsync(CancellationToken cancellationToken) =>
        _supervisor.NeedAsync("azurite-host", cancellationToken);

    /// <summary>Whether the process that runs them has ended; they are to be started anew.</summary>
    public bool HasEnded => _supervisor.HasEnded;

    /// <summary>Lets go of the services; the last user's call returns when they have stopped.</summary>
    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();
}
