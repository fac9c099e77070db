using System.Data;
using System.Net.Sockets;
using System.Xml;
using Azure;
using Azure.Identity;
using Greenery.Runs;
using Microsoft.Identity.Client;
using Npgsql;

namespace Greenery.Tests.Runs;

/// <summary>Which errors a step is tried again for.</summary>
public sealed class TransientTests
{
    public static TheoryData<Exception> OfOutages =>
    [
        new RequestFailedException(0, "no answer"),
        new RequestFailedException(408, "slow"),
        new RequestFailedException(429, "busy"),
        new RequestFailedException(500, "broken"),
        new RequestFailedException(503, "busy"),
        new IOException("reset"),
        new IOException("reset", new SocketException((int)SocketError.ConnectionReset)),
        new SocketException((int)SocketError.ConnectionRefused),
        new HttpRequestException("refused"),
        new TimeoutException("slow"),
        new TaskCanceledException("The operation was cancelled because it exceeded the configured timeout."),
        new XmlException("Unexpected end of file."),
        new AuthenticationFailedException("no token"),
        new AuthenticationFailedException("no token", new HttpRequestException("refused")),
        new AuthenticationFailedException("no token", new RequestFailedException(500, "broken")),
        new AuthenticationFailedException("no token", new RequestFailedException(429, "busy")),
        new AuthenticationFailedException("no token", new MsalServiceException("a", "b", 503)),
        new AuthenticationFailedException("no token",
            new AggregateException(new RequestFailedException(403, "a"), new RequestFailedException(503, "b"))),
        new AggregateException(new RequestFailedException(403, "no"), new RequestFailedException(503, "busy")),
        new AggregateException(new AggregateException(new IOException("reset"))),
        new NpgsqlException("lost", new IOException("reset")),
        new DataException("lost", new NpgsqlException("lost", new IOException("reset"))),
        new NpgsqlException("no password", new AuthenticationFailedException("no token")),
        new PostgresException("No space left on device", "ERROR", "ERROR", PostgresErrorCodes.DiskFull),
        new PostgresException(
            "failure on connection marked as essential: node-1:5432", "ERROR", "ERROR", "XX000"),
        new PostgresException(
            "cannot execute UPDATE in a read-only transaction", "ERROR", "ERROR",
            PostgresErrorCodes.ReadOnlySqlTransaction),
        new PostgresException("out of memory", "ERROR", "ERROR", PostgresErrorCodes.OutOfMemory),
        new PostgresException("too many clients", "FATAL", "FATAL", PostgresErrorCodes.TooManyConnections),
    ];

    public static TheoryData<Exception> OfMistakes =>
    [
        new RequestFailedException(400, "bad"),
        new RequestFailedException(403, "refused"),
        new RequestFailedException(404, "missing"),
        new CredentialUnavailableException("none is set up"),
        new CredentialUnavailableException("none is set up", new HttpRequestException("refused")),
        new AuthenticationFailedException("no token", new RequestFailedException(400, "bad")),
        new AuthenticationFailedException("no token", new MsalServiceException("a", "b", 401)),
        new AuthenticationFailedException("no token",
            new AggregateException(new RequestFailedException(503, "a"), new RequestFailedException(403, "b"))),
        new AggregateException(new RequestFailedException(503, "busy"), new RequestFailedException(403, "no")),
        new FileNotFoundException("gone"),
        new DirectoryNotFoundException("gone"),
        new UnauthorizedAccessException("no"),
        new FormatException("odd"),
        new NpgsqlException("no password", new CredentialUnavailableException("none is set up")),
        new PostgresException("temp_file_limit", "ERROR", "ERROR", PostgresErrorCodes.ConfigurationLimitExceeded),
    ];

    [Theory]
    [MemberData(nameof(OfOutages), DisableDiscoveryEnumeration = true)]
    public void An_outage_is_transient(Exception inner) =>
        Assert.True(Transient.Is(new InfrastructureException("storage cannot be used", inner)));

    [Theory]
    [MemberData(nameof(OfMistakes), DisableDiscoveryEnumeration = true)]
    public void What_only_a_user_can_put_right_is_not(Exception inner) =>
        Assert.False(Transient.Is(new InfrastructureException("storage cannot be used", inner)));

    [Fact]
    public void Nor_is_an_error_of_which_it_is_not_known_that_a_service_was_asked()
    {
        foreach (var bare in (Exception[])
            [new IOException("a"), new XmlException("b"), new TimeoutException(), new OperationCanceledException(),
                new InfrastructureException("c"), new ConfigurationException("d", "e")])
        {
            Assert.False(Transient.Is(bare), bare.GetType().Name);
        }
    }

    [Fact]
    public void Nor_is_a_file_in_the_way_of_a_folder()
    {
        var file = Path.GetTempFileName();
        try
        {
            var failure = Assert.Throws<IOException>(() => Directory.CreateDirectory(file));
            Assert.False(Transient.Is(new InfrastructureException("folder cannot be used", failure)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
