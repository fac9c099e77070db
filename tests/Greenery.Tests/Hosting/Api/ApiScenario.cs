using System.Text;
using Greenery.Hosting.Api;
using Greenery.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Greenery.Tests.Hosting.Api;

/// <summary>The routes over a daily run of the tiny shop; runs that are started stay as they are.</summary>
public sealed class ApiScenario : IAsyncLifetime
{
    internal TestWarehouse Test { get; private set; } = null!;

    internal SetTime Time { get; } = new("2021-02-12 06:00");

    internal TestHost Host { get; private set; } = null!;

    internal RunsApi Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Test = await TestWarehouse.OfTinyShopAsync();
        Host = new TestHost(new TestPipelineHost(Test, Time)).Idle();
        Api = new RunsApi(Host.Host, NullLogger<RunsApi>.Instance);
    }

    public async Task DisposeAsync() => await Test.DisposeAsync();

    internal Task ForgetAsync() => Test.ExecuteAsync("truncate ops.run, ops.scheduled_run restart identity cascade");

    /// <summary>The run under way is over.</summary>
    internal Task EndAsync(string state) => Test.ExecuteAsync(
        $"delete from ops.lease; update ops.run set state = '{state}', finished_at = clock_timestamp() where state = "
            + $"'running'");

    internal Task<ApiResponse> PostAsync(
        string body = "", string? type = "application/json", params (string Name, string Value)[] headers) =>
        PostAsync(Encoding.UTF8.GetBytes(body), type, headers);

    internal Task<ApiResponse> PostAsync(
        byte[] body, string? type = "application/json", params (string Name, string Value)[] headers) =>
        ApiResponse.OfAsync(request => Api.StartAsync(request, Host.Control, CancellationToken.None), request =>
        {
            request.Body = new MemoryStream(body);
            request.ContentType = type;
            foreach (var (name, value) in headers)
            {
                request.Headers[name] = value;
            }
        });

    internal Task<ApiResponse> ListAsync(string query = "") => ApiResponse.OfAsync(
        request => Api.ListAsync(request, CancellationToken.None), request =>
            request.QueryString = new QueryString(query));

    internal Task<ApiResponse> ReadAsync(string id) =>
        ApiResponse.OfAsync(_ => Api.ReadAsync(id, CancellationToken.None));

    internal Task<ApiResponse> CancelAsync(string id) =>
        ApiResponse.OfAsync(request => Api.CancelAsync(request, id, CancellationToken.None));

    internal Task<ApiResponse> ReportAsync(string query) => ApiResponse.OfAsync(
        request => Api.ReportAsync(request, CancellationToken.None), request =>
            request.QueryString = new QueryString(query));

    internal Task<ApiResponse> HealthAsync() => ApiResponse.OfAsync(_ => Api.HealthAsync(CancellationToken.None));
}
