using Greenery;
using Greenery.Functions;
using Greenery.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services
        .AddPipelineHost(
            builder.Configuration, new PipelineHostOptions
            {
                StatementTimeout = FunctionLimits.Statement,
                LeastConnections = FunctionLimits.Connections,
            })
        .AddRunsApi()
        .AddSingleton<RunControlFactory>();
    builder.AddTelemetry();
    var host = builder.Build();
    host.Services.LogSettingWarnings();
    await host.RunAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    // The Functions host shows what a worker says on its way out; a trace would hide the sentence that matters.
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
