using System.Text.Json;
using Greenery.Alerts;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli;

/// <summary>The services of a command: the ones of every host, and local services where a setting is missing.</summary>
internal static class CliServices
{
    /// <summary>A file in the working folder that may hold settings, besides environment variables.</summary>
    public const string SettingsFile = "greenery.settings.json";

    /// <summary>Services for one command; they hold its <see cref="PipelineHost"/>.</summary>
    /// <param name="terminal">Where the command writes.</param>
    /// <param name="isStrict">Whether settings that a run does without have to be right as well.</param>
    /// <exception cref="ConfigurationException">Settings, contract, models or checks are wrong.</exception>
    public static ServiceProvider Create(Terminal terminal, bool isStrict = false) =>
        Create(terminal, isStrict, isReadOnly: false);

    /// <summary>As <see cref="Create(Terminal, bool)"/>, for a command that changes nothing in the database.</summary>
    public static ServiceProvider CreateReadOnly(Terminal terminal, bool isStrict = false) =>
        Create(terminal, isStrict, isReadOnly: true);

    private static ServiceProvider Create(Terminal terminal, bool isStrict, bool isReadOnly)
    {
        var services = new ServiceCollection().AddCliHost(
            terminal, new PipelineHostOptions { IsReadOnly = isReadOnly }).BuildServiceProvider();
        var faults = services.GetRequiredService<SettingFaults>().All;
        if (isStrict && faults.Count > 0)
        {
            services.Dispose();
            throw new ConfigurationException(faults);
        }
        foreach (var fault in faults)
        {
            terminal.Log.Warning($"Setting {fault} The command goes on without it.");
        }
        foreach (var warning in services.GetRequiredService<AlertConfiguration>().Warnings)
        {
            // Standard output is the command's result.
            terminal.Log.Warning($"Setting {warning}");
        }
        return services;
    }

    /// <summary>Registers the host. Settings and project are read; nothing is started or connected to yet.</summary>
    /// <param name="services">Take it.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="options">What it demands.</param>
    /// <exception cref="ConfigurationException">Settings, contract, models or checks are wrong.</exception>
    public static IServiceCollection AddCliHost(
        this IServiceCollection services, Terminal terminal, PipelineHostOptions? options = null) => services
        .AddSingleton(terminal)
        .AddSingleton<IConnections, LocalConnections>()
        .AddPipelineHost(Configuration(), (options ?? new PipelineHostOptions()) with { Waiting = terminal });

    /// <summary>The settings file in the working folder, and the environment.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static IConfigurationRoot Configuration()
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), SettingsFile), optional: true)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException exception)
        {
            throw Explain(exception);
        }
    }

    // The text is not shown: it may be a password.
    private static ConfigurationException Explain(InvalidDataException exception)
    {
        Exception? reason = exception;
        while (reason is not (null or JsonException))
        {
            reason = reason.InnerException;
        }
        return reason is JsonException { LineNumber: { } line } json
            ? new ConfigurationException(
                $"{SettingsFile}:{line + 1}",
                $"is no valid JSON at byte {json.BytePositionInLine + 1} of the line; expected an object "
                + "such as {\"Greenery\": {\"Drops\": \"/data/drops\"}}.")
            : new ConfigurationException(
                SettingsFile, $"cannot be read: {exception.InnerException?.Message ?? exception.Message}");
    }
}
