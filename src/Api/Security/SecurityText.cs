using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Api.Security;

/// <summary><c>/.well-known/security.txt</c> on both listeners (RFC 9116, IR-5): for anybody, without a secret. Absent without a contact, and once it is out of date.</summary>
internal sealed partial class SecurityText(IOptions<ApiOptions> options, TimeProvider clock, ILogger<SecurityText> logger)
{
    public const string Path = "/.well-known/security.txt";

    private bool _told;

    /// <summary>Answers a GET or HEAD.</summary>
    public Task WriteAsync(HttpContext http)
    {
        SecurityHeaders.Api(http.Response.Headers);
        if (Text() is not { } text)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var bytes = Encoding.ASCII.GetBytes(text);
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    public static void Map(IEndpointRouteBuilder endpoints, SecurityText text) => endpoints.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], text.WriteAsync);

    private string? Text()
    {
        if (options.Value.SecurityContact is not { Contacts.Count: > 0 } said)
        {
            return null;
        }

        if (said.Expires <= clock.GetUtcNow())
        {
            if (!_told)
            {
                Log.OutOfDate(logger, said.Expires);
                _told = true;
            }

            return null;
        }

        var text = new StringBuilder();
        foreach (var contact in said.Contacts)
        {
            Line(text, "Contact", contact);
        }

        Line(text, "Expires", said.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (said.PreferredLanguages.Count > 0)
        {
            Line(text, "Preferred-Languages", string.Join(", ", said.PreferredLanguages));
        }

        if (said.Policy is not null)
        {
            Line(text, "Policy", said.Policy);
        }

        // RFC 9116, 2.5.2: a web URI here must begin with https.
        foreach (var site in new[] { options.Value.DataUrl, options.Value.ManagementUrl }.Where(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            Line(text, "Canonical", site + Path);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "SecurityTextOutOfDate", Level = LogLevel.Warning, Message = "security.txt expired at {Expires} and is not served; set Platform:Security:Expires anew.")]
        public static partial void OutOfDate(ILogger logger, DateTimeOffset expires);
    }
}
