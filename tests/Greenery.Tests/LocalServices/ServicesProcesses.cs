using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Greenery.Tests.LocalServices;

/// <summary>The processes after the local services of a data folder.</summary>
internal sealed class ServicesProcesses(string dataRoot)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public string Folder { get; } = Path.Combine(dataRoot, "services");

    public string AddressFile => Path.Combine(Folder, "services.json");

    public string PostmasterFile => Path.Combine(Folder, "postgres", "postmaster.pid");

    public Process Supervisor =>
        Process.GetProcessById((int)JsonNode.Parse(File.ReadAllText(AddressFile))!["pid"]!);

    public Process Postgres => Process.GetProcessById(int.Parse(
        File.ReadLines(PostmasterFile).First(), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A process that holds the services; it writes the connection strings when both are ready.</summary>
    public Process StartHolder() => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? path
            : "dotnet")
        {
            ArgumentList = { typeof(ServicesHolder).Assembly.Location, dataRoot },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    /// <summary>Waits for the end of a process; throws when it does not come.</summary>
    public static async Task EndAsync(Process process) => await process.WaitForExitAsync().WaitAsync(_patience);

    public static async Task SignalAsync(string signal, Process process) =>
        await EndAsync(Process.Start("kill", [$"-{signal}", $"{process.Id}"]));
}
