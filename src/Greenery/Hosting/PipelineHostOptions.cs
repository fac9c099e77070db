using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>What a host demands of the services it uses.</summary>
public sealed record PipelineHostOptions
{
    /// <summary>
    /// The host's name among those that share its database, the same after a restart and for all instances of an app:
    /// by default the app's on Azure, else the machine's with the folder whose settings file is read.
    /// </summary>
    public string Name { get; init; } = Environment.GetEnvironmentVariable("WEBSITE_SITE_NAME") is { Length: > 0 } app
        ? app
        // The machine name of a container is another one each time it is made.
        : Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1"
            ? $"container {Environment.CurrentDirectory}"
        : $"{Environment.MachineName} {Environment.CurrentDirectory}";

    /// <summary>
    /// The longest a statement may take; shorter than the host's own limit for a step. Null, the default, for no limit.
    /// </summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>
    /// The connections to the database that the host needs at the same time; by default those of a run in this process
    /// and one to look for what is due.
    /// </summary>
    public int LeastConnections { get; init; } = LocalOrchestration.MostConnections + 1;

    /// <summary>
    /// Is notified when a start waits for other sessions, and for whom; null, the default, for no one.
    /// </summary>
    public IProgress<string>? Waiting { get; init; }
    /// Whether the host changes nothing in the database, so that a role may serve it that can only read: the ops schema
    /// is not brought up to date. Default false.
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>How long the database may be silent while work without a lease waits for it.</summary>
    public TimeSpan LongestSilence { get; init; } = SilenceLimit.Usual;
}
