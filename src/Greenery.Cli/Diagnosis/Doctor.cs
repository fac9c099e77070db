using System.Runtime.CompilerServices;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;

namespace Greenery.Cli.Diagnosis;

/// <summary>
/// Looks at all that a run needs, and at what notifies people. Changes nothing, and continues after what failed, so
/// that all faults are found at once.
/// </summary>
/// <param name="configuration">The settings.</param>
/// <param name="terminal">Is notified of the start of local services.</param>
internal sealed class Doctor(IConfigurationRoot configuration, Terminal terminal)
{
    /// <summary>How long a server may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What was found, in the order in which it was looked at.</summary>
    public async IAsyncEnumerable<DoctorLine> ExamineAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = HostReading.Read(configuration);
        var local = new LocalServicesLines(reading);
        await using var connections = new LocalConnections(reading.Settings, terminal);
        foreach (var line in SettingLines.Of(configuration, reading).Concat(ProjectLines.Of(reading))
            .Concat(local.Lines))
        {
            yield return line;
        }
        IReadOnlyList<(string Subject, Func<CancellationToken, Task<IReadOnlyList<DoctorLine>>> Look)> looks =
        [
            ("database", new DatabaseLines(reading, local, connections).ReadAsync),
            ("drops", new StoreLines(reading, local, connections).ReadDropsAsync),
            ("reports", new StoreLines(reading, local, connections).ReadReportsAsync),
            ("disk", _ => Task.FromResult(DiskLines.Of(reading))),
        ];
        foreach (var (subject, look) in looks)
        {
            foreach (var line in await LookAsync(subject, look, cancellationToken))
            {
                yield return line;
            }
        }
    }

    /// <summary>Looks at something; what it throws is what failed.</summary>
    public static async Task<IReadOnlyList<DoctorLine>> LookAsync(
        string subject, Func<CancellationToken, Task<IReadOnlyList<DoctorLine>>> look,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(Patience, look, cancellationToken);
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Diagnostics.Select(fault => DoctorLine.Failed(subject, fault))];
        }
        catch (Exception exception) when (exception is InfrastructureException or Npgsql.NpgsqlException
            or Azure.RequestFailedException)
        {
            return [DoctorLine.Failed(subject, PostgresMessage.Describe(exception))];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [DoctorLine.Failed(
                subject, $"This is a defect of greenery, please report it. {ExceptionText.Trace(exception)}")];
        }
    }
}
