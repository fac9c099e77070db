using Greenery;
using Greenery.Functions;
using Greenery.Hosting;
using Greenery.Hosting.Api;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    var deployment = new PipelineHost(builder.Configuration, TimeProvider.System, FunctionLimits.Statement);
    // By way of a factory, so that the container disposes of it.
    builder.Services.AddSingleton<IPipelineHost>(_ => deployment)
        .AddSingleton<RunsApi>().AddSingleton<RunControlFactory>().AddSingleton<StepLog>();
    builder.AddTelemetry();
    await builder.Build().RunAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    // The Functions host shows what a worker says on its way out; a trace would hide the sentence that matters.
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
