using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;
using Platform.Admin.Session;
using Platform.Hosting.Listeners;

namespace Platform.Admin.Management;

/// <summary>The console's only way to the product: REST, with the session token of whoever asked for the page.</summary>
/// <remarks>Refusals are values. The one exception is 401 for a signed-in user: see <see cref="SessionEndedException"/>.</remarks>
internal sealed class ManagementClient(HttpClient http, IHttpContextAccessor requests, IOptions<AdminOptions> options, ClientAddressSeal? seal = null)
{
    /// <summary>As a condition: there must be none yet.</summary>
    internal const string New = "none";

    /// <summary>What REST calls the platform where the path of an operation names a tenant.</summary>
    internal const string Platform = "_sys";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    internal HttpContext Context => requests.HttpContext ?? throw new InvalidOperationException("The management client belongs to a request.");

    public Task<Answer<BootstrapState>> BootstrapStateAsync() => SendAsync<BootstrapState>(HttpMethod.Get, "v1/bootstrap", anonymous: true);

    public Task<Answer<ConsoleSessionOpened>> BootstrapAsync(Bootstrap command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/bootstrap", command, anonymous: true);

    public Task<Answer<ConsoleSessionOpened>> OpenSessionAsync(SignIn command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/sessions", command, anonymous: true);

    public Task<Answer<ConsoleSessionOpened>> AcceptInvitationAsync(AcceptInvitation command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/sessions:acceptInvitation", command, anonymous: true);

    public Task<Answer<SignInChoices>> OidcProvidersAsync(string tenant) =>
        SendAsync<SignInChoices>(HttpMethod.Get, "v1/sessions:oidcProviders?tenant=" + Uri.EscapeDataString(tenant), anonymous: true);

    public Task<Answer<OidcBegun>> BeginOidcAsync(BeginOidc command) => SendAsync<OidcBegun>(HttpMethod.Post, "v1/sessions:beginOidc", command, anonymous: true);

    public Task<Answer<ConsoleSessionOpened>> CompleteOidcAsync(CompleteOidc command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/sessions:completeOidc", command, anonymous: true);

    public Task<Answer<LoginView>> LoginAsync() => SendAsync<LoginView>(HttpMethod.Get, "v1/sessions/current/login");

    public Task<Answer<ConsoleSessionOpened>> ChangePasswordAsync(ChangePassword command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/sessions/current:changePassword", command);

    public Task<Answer<TotpEnrolment>> EnrolTotpAsync(EnrolTotp command) => SendAsync<TotpEnrolment>(HttpMethod.Post, "v1/sessions/current/totp:enrol", command);

    public Task<Answer<AuthenticatorOn>> ConfirmTotpAsync(ConfirmTotp command) => SendAsync<AuthenticatorOn>(HttpMethod.Post, "v1/sessions/current/totp:confirm", command);

    public Task<Answer<ConsoleSessionOpened>> DisableTotpAsync(DisableTotp command) =>
        SendAsync<ConsoleSessionOpened>(HttpMethod.Post, "v1/sessions/current/totp:disable", command);

    public Task<Answer<Page<SessionEntry>>> OwnSessionsAsync(int size, string? token) => SendAsync<Page<SessionEntry>>(HttpMethod.Get, "v1/sessions" + Paging(size, token));

    public Task<Answer<bool>> EndSessionAsync(string id) => SessionToken.IsId(id)
        ? SendAsync<bool>(HttpMethod.Delete, "v1/sessions/" + id)
        : Task.FromResult(new Answer<bool>(ProblemView.NotFound()));

    public Task<Answer<EndedSessions>> EndAllSessionsAsync() => SendAsync<EndedSessions>(HttpMethod.Post, "v1/sessions:endAll");

    public Task<Answer<Page<SessionEntry>>> SessionsAsync(string? slug, int size, string? token) =>
        InTenantAsync<Page<SessionEntry>>(HttpMethod.Get, slug ?? Platform, "/sessions" + Paging(size, token));

    public Task<Answer<bool>> EndSessionAsync(string? slug, string id) => SessionToken.IsId(id)
        ? InTenantAsync<bool>(HttpMethod.Delete, slug ?? Platform, "/sessions/" + id)
        : Task.FromResult(new Answer<bool>(ProblemView.NotFound()));

    public Task<Answer<bool>> CloseSessionAsync() => SendAsync<bool>(HttpMethod.Delete, "v1/sessions/current");

    /// <summary>Tenants by slug. With a part of a slug or a name a page may be short and have a token all the same.</summary>
    public Task<Answer<Page<TenantView>>> TenantsAsync(int size, string? token, string? name = null) =>
        SendAsync<Page<TenantView>>(HttpMethod.Get, "v1/tenants" + Paging(size, token) + (name is null ? "" : $"&name={Uri.EscapeDataString(name)}"));

    public Task<Answer<TenantView>> TenantAsync(string slug) => InTenantAsync<TenantView>(HttpMethod.Get, slug, "");

    public Task<Answer<TenantView>> CreateTenantAsync(CreateTenant command) => SendAsync<TenantView>(HttpMethod.Post, "v1/tenants", command);

    public Task<Answer<TenantView>> SuspendAsync(string slug, SuspendTenant command) =>
        InTenantAsync<TenantView>(HttpMethod.Post, slug, ":suspend", command);

    public Task<Answer<TenantView>> ApproveResumeAsync(string slug) => InTenantAsync<TenantView>(HttpMethod.Post, slug, ":approveResume");

    public Task<Answer<TenantView>> MakeReadOnlyAsync(string slug) => InTenantAsync<TenantView>(HttpMethod.Post, slug, ":makeReadOnly", new MakeReadOnly());

    public Task<Answer<TenantView>> MakeWritableAsync(string slug) => InTenantAsync<TenantView>(HttpMethod.Post, slug, ":makeWritable");

    public Task<Answer<TenantView>> ReleaseAsync(string slug, QuarantineEntry entry) => InTenantAsync<TenantView>(HttpMethod.Post, slug, "/quarantine:release", entry);

    public Task<Answer<TenantView>> ResumeAsync(string slug) => InTenantAsync<TenantView>(HttpMethod.Post, slug, ":resume");

    public Task<Answer<Page<AuditEventItem>>> AuditAsync(string slug, int size, string? token) =>
        InTenantAsync<Page<AuditEventItem>>(HttpMethod.Get, slug, "/audit-events" + Paging(size, token));

    public Task<Answer<AuditVerification>> VerifyAuditAsync(string slug) =>
        InTenantAsync<AuditVerification>(HttpMethod.Post, slug, "/audit-events:verify");

    /// <summary>Most items of a page.</summary>
    internal const int MostItems = 200;

    internal static string Paging(int size, string? token) =>
        $"?pageSize={size}" + (string.IsNullOrEmpty(token) ? "" : "&pageToken=" + Uri.EscapeDataString(token));

    internal async Task<Answer<T>> InTenantAsync<T>(HttpMethod method, string slug, string rest, object? body = null, string? ifMatch = null, bool patient = false)
    {
        // The slug becomes part of a path: what cannot be one names nothing, and is not sent.
        if (!TenantSlug.IsValid(slug) && !string.Equals(slug, Platform, StringComparison.Ordinal))
        {
            return new Answer<T>(ProblemView.NotFound());
        }

        var answer = await SendAsync<T>(method, $"v1/tenants/{slug}{rest}", body, ifMatch: ifMatch, patient: patient);
        SeenTenant.Of(Context).Hear(slug, answer.Problem);
        return answer;
    }

    /// <summary>What a tenant has and the platform has for itself, too.</summary>
    /// <param name="method">Of HTTP.</param>
    /// <param name="slug">Null for the platform's own.</param>
    /// <param name="rest">Of the path, each segment escaped.</param>
    /// <param name="body">None when null.</param>
    /// <param name="ifMatch">A version, <c>*</c>, or <see cref="New"/>.</param>
    internal Task<Answer<T>> OfOwnerAsync<T>(HttpMethod method, string? slug, string rest, object? body = null, string? ifMatch = null) =>
        slug is null ? SendAsync<T>(method, "v1/platform" + rest, body, ifMatch: ifMatch) : InTenantAsync<T>(method, slug, rest, body, ifMatch);

    internal async Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, object? body = null, bool anonymous = false, string? ifMatch = null, bool patient = false)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
        {
            // Bytes, not a stream: the request then has a Content-Length, which the API's body guard reads first.
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation(ifMatch == New ? "If-None-Match" : "If-Match", ifMatch is New or "*" ? "*" : $"\"{ifMatch}\"");
        }

        try
        {
            using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, anonymous, patient);
            return await ReadAsync<T>(response, Context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            return new Answer<T>(ProblemView.Unavailable());
        }
        catch (OperationCanceledException) when (!Context.RequestAborted.IsCancellationRequested)
        {
            return new Answer<T>(ProblemView.Unavailable());
        }
    }

    /// <summary>Opens an answer that is handed on while it comes: a file, or a feed. The caller disposes it.</summary>
    /// <param name="method">Of HTTP.</param>
    /// <param name="path">Relative, each segment escaped.</param>
    /// <param name="content">Sent while it is read.</param>
    /// <param name="prepare">Adds headers.</param>
    /// <param name="patient">For what takes as long as its length: the headers of the answer are waited for without a limit.</param>
    /// <exception cref="HttpRequestException">REST does not answer.</exception>
    internal async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content = null, Action<HttpRequestHeaders>? prepare = null, bool patient = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        prepare?.Invoke(request.Headers);
        try
        {
            return await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patient: patient);
        }
        catch (OperationCanceledException late) when (!Context.RequestAborted.IsCancellationRequested)
        {
            throw new HttpRequestException("There was no answer in time.", late);
        }
    }

    /// <summary>Sends as whoever asked for the page.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption until, bool anonymous = false, bool patient = false)
    {
        var context = Context;
        if (seal is not null && context.Connection.RemoteIpAddress is { } address)
        {
            // REST limits and records whoever stands before the console, not the console.
            request.Headers.TryAddWithoutValidation(ClientAddressSeal.Header, seal.Seal(address));
        }

        if (context.Request.Headers.UserAgent is [{ Length: > 0 and <= 400 } agent])
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        if (!anonymous)
        {
            var token = await context.ConsoleTokenAsync() ?? throw new SessionEndedException();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(patient ? Timeout.InfiniteTimeSpan : options.Value.Timeout);
        var response = await http.SendAsync(request, until, limit.Token);
        if (response.StatusCode != HttpStatusCode.Unauthorized || anonymous)
        {
            return response;
        }

        response.Dispose();
        throw new SessionEndedException();
    }

    internal static async Task<Answer<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        try
        {
            if (response.StatusCode == HttpStatusCode.NoContent && default(T) is bool)
            {
                return new Answer<T>((T)(object)true);
            }

            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadFromJsonAsync<T>(Json, cancel) is { } value
                    ? new Answer<T>(value) { Version = response.Headers.ETag?.Tag.Trim('"') }
                    : new Answer<T>(ProblemView.Unreadable(status));
            }

            return await response.Content.ReadFromJsonAsync<ProblemView>(Json, cancel) is { } problem
                ? new Answer<T>(problem with { Status = status, RetryAfter = response.Headers.RetryAfter?.Delta })
                : new Answer<T>(ProblemView.Unreadable(status));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return new Answer<T>(ProblemView.Unreadable(status));
        }
    }
}
