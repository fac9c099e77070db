using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Greenery.Alerts.Channels;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>A mail server on a free port of this machine that keeps what it gets.</summary>
internal sealed class MailServer : MessageStore, IUserAuthenticator, IMailboxFilter, IAsyncDisposable
{
    public const string Subject = "CN=localhost";
    public const string User = "greenery";
    public const string Password = "s3cr3t-of-the-mail-server";

    private readonly CancellationTokenSource _stop = new();
    private readonly SmtpServer.SmtpServer _server;
    private readonly Task _running;

    private MailServer(X509Certificate2? certificate, bool tlsAtOnce)
    {
        Port = FreePort();
        var options = new SmtpServerOptionsBuilder()
            .ServerName("localhost")
            .Endpoint(endpoint =>
            {
                endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).IsSecure(tlsAtOnce)
                    .AllowUnsecureAuthentication();
                if (certificate is not null)
                {
                    endpoint.Certificate(certificate);
                }
            })
            .Build();
        var services = new ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add((IUserAuthenticator)this);
        services.Add((IMailboxFilter)this);
        _server = new SmtpServer.SmtpServer(options, services);
        _running = _server.StartAsync(_stop.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Received { get; } = new();

    /// <summary>Of each session that logged in, whether it was encrypted then.</summary>
    public ConcurrentQueue<bool> Logins { get; } = new();

    /// <summary>What it says to the next message's content.</summary>
    public SmtpServer.Protocol.SmtpResponse Answer { get; set; } = SmtpServer.Protocol.SmtpResponse.Ok;

    /// <summary>Whether it takes the sender and the recipients.</summary>
    public bool TakesSender { get; set; } = true;

    public bool TakesRecipient { get; set; } = true;

    /// <summary>How long it thinks about a message.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.Zero;

    public static MailServer Start(SmtpSecurity security) =>
        new(security == SmtpSecurity.None ? null : Certificate(), tlsAtOnce: security == SmtpSecurity.Tls);

    public override async Task<SmtpServer.Protocol.SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, cancellationToken);
        if (Answer.ReplyCode == SmtpReplyCode.Ok)
        {
            using var content = new MemoryStream(buffer.ToArray());
            Received.Enqueue(await MimeMessage.LoadAsync(content, cancellationToken));
        }
        return Answer;
    }

    public Task<bool> AuthenticateAsync(
        ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        Logins.Enqueue(context.Pipe.IsSecure);
        return Task.FromResult((user, password) == (User, Password));
    }

    public Task<bool> CanAcceptFromAsync(
        ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
        Task.FromResult(TakesSender);

    public Task<bool> CanDeliverToAsync(
        ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Task.FromResult(TakesRecipient);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // That is how it stops.
        }
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
