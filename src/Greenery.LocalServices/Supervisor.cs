namespace Greenery.LocalServices;

/// <summary>Finds the supervisor of a data folder, or starts it.</summary>
internal sealed class Supervisor(LocalServicesOptions options)
{
    private const int Attempts = 3;

    private readonly string _folder = Path.GetFullPath(Path.Combine(options.DataRoot, "services"));

    /// <summary>A connection; of several processes that start at once, one starts the supervisor.</summary>
    /// <exception cref="InfrastructureException">It does not start.</exception>
    public async Task<SupervisorConnection> ConnectAsync(
        string packages, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var starting = await FileLock.AcquireAsync(
            Path.Combine(options.DataRoot, "start.lock"), cancellationToken);
        var address = await SupervisorAddress.ReadAsync(Path.Combine(_folder, "services.json"), cancellationToken);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            address ??= await StartAsync(packages, cancellationToken);
            if (await SupervisorConnection.TryOpenAsync(address, progress, cancellationToken) is { } connection)
            {
                return connection;
            }
            // A file left over from before a crash, or a supervisor that has just stopped.
            address = null;
        }
        throw new InfrastructureException(
            $"Local services: their supervisor does not stay up. Its log is {Path.Combine(_folder, "services.log")}.");
    }

    private async Task<SupervisorAddress> StartAsync(string packages, CancellationToken cancellationToken)
    {
        using var process = new Node(options).Start("serve", new { folder = _folder, packages, options.IsThrowAway });
        process.StandardInput.Close();
        // Its first line says where it listens. It writes nothing after that, and outlives this process if others
        // connect: the pipes are closed here.
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return SupervisorAddress.Parse(line) ?? throw await Node.ExplainAsync(process, cancellationToken);
    }
}
