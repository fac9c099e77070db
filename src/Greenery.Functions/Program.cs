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
    var deployment = new Deployment(builder.Configuration, TimeProvider.System, Limits.Statement);
    // By way of a factory, so that the container disposes of it.
    builder.Services.AddSingleton<IWorkplace>(_ => deployment)
        .AddSingleton<RunsApi>().AddSingleton<RunControls>().AddSingleton<StepLog>();
    builder.AddTelemetry();
    await builder.Build().RunAsync();
    return 0;
}
catch (FaultException exception)
{
    // The Functions host shows what a worker says on its way out; a trace would hide the sentence that matters.
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
