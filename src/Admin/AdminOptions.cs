using Microsoft.Extensions.Options;

namespace Platform.Admin;

/// <summary>Where the console finds the product. Bound to <c>Platform:Admin</c>.</summary>
public sealed class AdminOptions
{
    public const string Section = "Platform:Admin";

    /// <summary>Base address of the REST API, without <c>/v1</c>. Plain http is accepted only for a loopback host: session tokens travel there.</summary>
    public string ManagementUrl { get; set; } = "http://127.0.0.1:5081";

    /// <summary>Public base address of the data listener. Only shown to people: a tenant's endpoint is this + <c>/t/{slug}/mcp</c>.</summary>
    public string EndpointUrl { get; set; } = "http://127.0.0.1:5080";

    /// <summary>How long one REST call may take before the page says that the service does not answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    internal Uri ManagementBase => new(ManagementUrl.TrimEnd('/') + "/", UriKind.Absolute);

    internal string EndpointOf(string slug) => IssuerOf(slug) + "/mcp";

    /// <summary>The tenant's authorization server.</summary>
    internal string IssuerOf(string slug) => $"{EndpointUrl.TrimEnd('/')}/t/{slug}";
}

internal sealed class AdminOptionsValidator : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        List<string> faults = [];
        if (!IsBase(options.ManagementUrl, out var management))
        {
            faults.Add($"{AdminOptions.Section}:ManagementUrl is '{options.ManagementUrl}'; write an absolute http or https address without user, query or fragment.");
        }
        else if (!management.IsLoopback && !string.Equals(management.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
        {
            faults.Add($"{AdminOptions.Section}:ManagementUrl is '{options.ManagementUrl}'; use https for a host that is not loopback.");
        }

        if (!IsBase(options.EndpointUrl, out _))
        {
            faults.Add($"{AdminOptions.Section}:EndpointUrl is '{options.EndpointUrl}'; write an absolute http or https address without user, query or fragment.");
        }

        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(2))
        {
            faults.Add($"{AdminOptions.Section}:Timeout is {options.Timeout}; choose 00:00:01 to 00:02:00.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsBase(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (string.Equals(uri.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal) || string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
        && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}
