using Greenery.Alerts;
using Greenery.Alerts.Channels;
using Greenery.Hosting.Api;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Greenery.Hosting;

/// <summary>
/// The one composition root: command line, <c>serve</c> and Azure build their host from these services.
/// </summary>
public static class PipelineServices
{
    /// <summary>
    /// Registers <see cref="PipelineHost"/> and what it consists of. Settings and project are read now; nothing is
    /// connected to yet.
    /// </summary>
    /// <param name="services">A host with local services has registered its <see cref="IConnections"/>.</param>
    /// <param name="configuration">Its section <c>Greenery</c> is read.</param>
    /// <param name="options">What the host demands.</param>
    /// <exception cref="ConfigurationException">Contract, models, checks, or settings that a run needs, are
    /// wrong.</exception>
    public static IServiceCollection AddPipelineHost(
        this IServiceCollection services, IConfiguration configuration, PipelineHostOptions? options = null)
    {
        configuration = ProjectSettings.Complete(configuration);
        var settings = GreenerySettings.Read(configuration);
        var alerts = AlertConfiguration.Read(configuration);
        var projects = new ProjectSource(configuration, settings, alerts);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IConnections, ConfiguredConnections>();
        return services
            .AddSingleton(settings)
            .AddSingleton(projects.Alerts)
            .AddSingleton(projects.SettingFaults)
            .AddSingleton(projects)
            .AddSingleton(options ?? new PipelineHostOptions())
            .AddAlertTransports(alerts.Channels)
            .AddSingleton<PipelineHost>()
            .AddSingleton<IPipelineHost>(provider => provider.GetRequiredService<PipelineHost>());
    }

    /// <summary>Logs the settings that a host does without, and those that should be changed.</summary>
    public static void LogSettingWarnings(this IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<PipelineHost>>();
        foreach (var warning in services.GetRequiredService<AlertConfiguration>().Warnings)
        {
            log.SettingWarning($"{warning}");
        }
        foreach (var fault in services.GetRequiredService<SettingFaults>().All)
        {
            log.SettingFault($"{fault}");
        }
    }

    /// <summary>Registers what answers HTTP requests and starts runs on the host.</summary>
    public static IServiceCollection AddRunsApi(this IServiceCollection services) =>
        services.AddLogging().AddSingleton<RunsApi>().AddSingleton<StepLog>();
}
