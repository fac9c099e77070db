using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>What a browser shows to a person whose link does not open: a sentence, and what to do.</summary>
internal static class SignedLinkAnswers
{
    /// <summary>410 for a link whose time is over, 403 for one that was not signed here.</summary>
    public static IResult Refuse(SignedLinkState state) => state == SignedLinkState.Expired
        ? Text(StatusCodes.Status410Gone, "This link has expired. Open the newest message of Greenery, which has a "
            + "new one, or ask those who run it for the report.")
        : Text(StatusCodes.Status403Forbidden, "This link is not valid: it is incomplete or was changed, or the key "
            + "it was signed with is no longer in use. Open it from the message again, and not from a copy of a part "
            + "of it.");

    private static ProtectedResult Text(int status, string text) =>
        new(Results.Text(text + "\n", "text/plain; charset=utf-8", statusCode: status));
}
