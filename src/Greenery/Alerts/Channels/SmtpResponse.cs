using System.Net.Sockets;
using Greenery.Alerts.Rendering;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Greenery.Alerts.Channels;

/// <summary>What a mail server's answers mean, in words that say what to do and show no password.</summary>
internal sealed class SmtpResponse(SmtpChannel channel)
{
    private const string Settings = "Greenery:Alerts:Smtp";
    private const int LongestReceipt = 100;

    private string Server => $"{channel.Host}:{channel.Port}";

    public Delivery OfSent(string to, string answer) => new(
        DeliveryOutcome.Accepted, $"{Server} took the mail to {to}; whether it arrives is not known.",
        Receipt: TextSanitizer.Line(answer, LongestReceipt));

    public Delivery OfTest(string to) => new(
        DeliveryOutcome.Accepted,
        $"{Server} can be reached{(channel.Login is null ? "" : " and knows the login")}; no mail to {to} was sent.");

    public Delivery OfTimeout(TimeSpan timeout) => Later(
        $"{Server} did not answer within {timeout.TotalSeconds:0.#} s; it may have taken the message all the same.");

    /// <param name="exception">Of MailKit or of the network.</param>
    public Delivery Of(Exception exception) => exception switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: var status } temporary }
            when IsForNow(status) => Later($"{Server} cannot check the login now ({(int)status}).{Quote(temporary)}"),
        AuthenticationException => Refused(
            $"{Server} does not know the login: put a valid one into {Settings}:User and {Settings}:Password."
            + Quote(exception)),
        MailKit.ServiceNotAuthenticatedException => Refused(
            $"{Server} wants a login: set {Settings}:User and {Settings}:Password."),
        SmtpCommandException { StatusCode: var status } when IsForNow(status) => Later(
            $"{Server} takes nothing for the moment ({(int)status}).{Quote(exception)}"),
        SmtpCommandException command => Refused($"{Refusal(command)}{Quote(exception)}"),
        SslHandshakeException => Later(
            $"{Server} has no certificate that is trusted here, or does not speak TLS at once; nothing was sent. See "
            + $"{Settings}:Security and the certificate."),
        NotSupportedException when channel.Security == SmtpSecurity.StartTls => Refused(
            $"{Server} does not offer STARTTLS, or no way to log in that is known here; nothing was sent. See "
            + $"{Settings}:Port and {Settings}:Security (tls for port 465)."),
        NotSupportedException => Refused(
            $"{Server} cannot do what this mail needs: a login, or an address with letters outside ASCII."),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            Later($"{channel.Host} is not known to the name service; see {Settings}:Host and the network."),
        SocketException => Later(
            $"{Server} cannot be reached; see {Settings}:Host, {Settings}:Port, the network and its firewalls."),
        _ => Later(
            $"{Server} cut the connection or does not speak SMTP; it may have taken the message all the same."),
    };

    private string Refusal(SmtpCommandException exception) => exception switch
    {
        { StatusCode: SmtpStatusCode.AuthenticationRequired } =>
            $"{Server} wants a login (530): set {Settings}:User and {Settings}:Password.",
        { ErrorCode: SmtpErrorCode.SenderNotAccepted } =>
            $"{Server} refused the sender {channel.From} ({(int)exception.StatusCode}): see {Settings}:From.",
        { ErrorCode: SmtpErrorCode.RecipientNotAccepted, Mailbox.Address: var to } =>
            $"{Server} refused the recipient {to} ({(int)exception.StatusCode}).",
        _ => $"{Server} refused the mail ({(int)exception.StatusCode}).",
    };

    // RFC 5321, 4.2.1: 4yz asks for another try, 5yz for none.
    private static bool IsForNow(SmtpStatusCode status) => (int)status is >= 400 and < 500;

    // Without the password first, then shortened: half a password is too much, too.
    private string Quote(Exception exception)
    {
        var words = channel.Login is { } login
            ? exception.Message.Replace(login.Password.Reveal(), "***", StringComparison.Ordinal) : exception.Message;
        return words.Length == 0 ? "" : $" It says: {TextSanitizer.Line(words, 300)}";
    }

    private static Delivery Later(string words) => new(DeliveryOutcome.Later, words);

    private static Delivery Refused(string words) => new(DeliveryOutcome.Refused, words);
}
