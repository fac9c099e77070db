using System.Net.Security;
using System.Net.Sockets;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Greenery.Alerts.Channels;

/// <summary>E-mail by a mail server. Each message has a connection of its own: there are few a day.</summary>
/// <param name="channel">The server.</param>
/// <param name="timeout">The longest that one message may take.</param>
/// <param name="certificates">Judges the server's certificate; null for the trust of this machine.</param>
internal sealed class SmtpTransport(
    SmtpChannel channel, TimeSpan timeout, RemoteCertificateValidationCallback? certificates = null) : ITransport
{
    private readonly SmtpResponse _response = new(channel);

    public string Kind => Channel.Email;

    public async Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        if (!MailAddresses.IsValid(destination.Address))
        {
            return new Delivery(DeliveryOutcome.Refused,
                $"'{destination.Address}' is no e-mail address; expected {MailAddresses.Expected}.");
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            client.ServerCertificateValidationCallback = certificates;
            return await SendAsync(client, message, destination.Address, isTest, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _response.OfTimeout(timeout);
        }
        catch (Exception exception) when (exception
            is SocketException or IOException or ProtocolException or CommandException or SslHandshakeException
            or AuthenticationException or ServiceNotAuthenticatedException or NotSupportedException)
        {
            return _response.Of(exception);
        }
    }

    private async Task<Delivery> SendAsync(
        SmtpClient client, Message message, string to, bool isTest, CancellationToken cancellationToken)
    {
        await client.ConnectAsync(channel.Host, channel.Port, Encryption(channel.Security), cancellationToken);
        if (channel.Login is { } login)
        {
            await client.AuthenticateAsync(login.User, login.Password.Reveal(), cancellationToken);
        }
        if (isTest)
        {
            await client.NoOpAsync(cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return _response.OfTest(to);
        }
        using var mail = MimeMail.Of(
            message, new MailboxAddress(channel.FromName, channel.From), new MailboxAddress(null, to));
        var answer = await client.SendAsync(MimeMail.Format, mail, cancellationToken);
        // The server has the message: no failure of the farewell makes it a second one.
        client.Disconnect(quit: false, CancellationToken.None);
        return _response.OfSent(to, answer);
    }

    private static SecureSocketOptions Encryption(SmtpSecurity security) => security switch
    {
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };
}
