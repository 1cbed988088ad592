using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Platform.Abstractions.Tenants;
using Platform.Api.OAuth.Pages;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Tenants;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Api.OAuth.Server;

/// <summary>
/// Each tenant's authorization server, on the data listener. It decides the tenant, rewrites the request to what the configuration says of it, so that nothing of OpenIddict's can come from a
/// Host header, and hands it over.
/// </summary>
internal sealed partial class AuthorizationServer(
    TenantCache tenants,
    IssuerOptions issuers,
    Stylesheet style,
    RefusalLimiter refusals,
    IOptions<ApiOptions> options,
    ILogger<AuthorizationServer> logger)
{
    private const int MaxBody = 64 * 1024;
    private const string Methods = "GET, POST";

    /// <param name="http">Of a request whose host is the platform's.</param>
    /// <param name="slug">The tenant that its path names.</param>
    /// <param name="page">What is asked for.</param>
    public async Task HandleAsync(HttpContext http, string slug, OAuthPage page)
    {
        try
        {
            http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBody;
            if (!refusals.TryTake(http.Connection.RemoteIpAddress))
            {
                http.Response.Headers.RetryAfter = "1";
                await RefuseAsync(http, StatusCodes.Status429TooManyRequests, Errors.SlowDown);
                return;
            }

            // A suspended tenant has no authorization server either; who is told so is told nothing of whether it exists.
            if (!(await tenants.FindAsync(slug)).Try(out var tenant, out _) || tenant.Status != TenantStatus.Active)
            {
                await RefuseAsync(http, StatusCodes.Status404NotFound, Errors.InvalidRequest);
                return;
            }

            http.RequestServices.GetRequiredService<OAuthTenant>().Enter(tenant, options.Value.DataUrl);
            await ServeAsync(http, tenant, page);
        }
        catch (BadHttpRequestException unreadable)
        {
            await RefuseAsync(http, unreadable.StatusCode, Errors.InvalidRequest);
        }
        catch (InvalidDataException)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, Errors.InvalidRequest);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer.
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure, page);
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, Errors.ServerError);
        }
    }

    private async Task ServeAsync(HttpContext http, TenantView tenant, OAuthPage page)
    {
        if (IsForPrograms(page) && Cors(http, tenant))
        {
            return;
        }

        if (!IsMethodOf(http.Request.Method, page))
        {
            http.Response.Headers.Allow = page is OAuthPage.Authorize ? Methods : page is OAuthPage.Metadata or OAuthPage.Style ? "GET" : "POST";
            await RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, Errors.InvalidRequest);
            return;
        }

        var services = http.RequestServices;
        switch (page)
        {
            case OAuthPage.Style:
                await style.WriteAsync(http);
                break;
            case OAuthPage.SignIn:
                await services.GetRequiredService<SignInPage>().PostAsync(http);
                break;
            case OAuthPage.Authorize:
                Rewrite(http, tenant, "/oauth/authorize");
                await services.GetRequiredService<AuthorizePage>().HandleAsync(http, () => JudgeAsync(http));
                break;
            default:
                Rewrite(http, tenant, PathOf(page));
                if (!await JudgeAsync(http))
                {
                    await RefuseAsync(http, StatusCodes.Status404NotFound, Errors.InvalidRequest);
                }

                break;
        }
    }

    private async ValueTask<bool> JudgeAsync(HttpContext http)
    {
        SecurityHeaders.Popup(http.Response.Headers);
        var services = http.RequestServices;
        var transaction = await services.GetRequiredService<IOpenIddictServerFactory>().CreateTransactionAsync();
        transaction.Options = issuers.For(services.GetRequiredService<OAuthTenant>().Issuer);
        transaction.Properties[typeof(HttpRequest).FullName!] = new WeakReference<HttpRequest>(http.Request);
        http.Features.Set(new OpenIddictServerAspNetCoreFeature { Transaction = transaction });
        var handler = await services.GetRequiredService<IAuthenticationHandlerProvider>().GetHandlerAsync(http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        return handler is IAuthenticationRequestHandler server && await server.HandleRequestAsync();
    }

    /// <summary>From here on the request is for the issuer's own URL, whatever its Host header was.</summary>
    private void Rewrite(HttpContext http, TenantView tenant, string path)
    {
        var site = new Uri(options.Value.DataUrl);
        http.Request.Scheme = site.Scheme;
        http.Request.Host = HostString.FromUriComponent(site);
        http.Request.PathBase = $"/t/{tenant.Slug}";
        http.Request.Path = path;
    }

    private static string PathOf(OAuthPage page) => page switch
    {
        OAuthPage.Metadata => "/.well-known/openid-configuration",
        OAuthPage.Token => "/oauth/token",
        OAuthPage.Introspect => "/oauth/introspect",
        OAuthPage.Revoke => "/oauth/revoke",
        _ => throw new InvalidOperationException("There is no such page."),
    };

    private static bool IsForPrograms(OAuthPage page) => page is OAuthPage.Metadata or OAuthPage.Token or OAuthPage.Revoke;

    private static bool IsMethodOf(string method, OAuthPage page) => page switch
    {
        OAuthPage.Metadata or OAuthPage.Style => HttpMethods.IsGet(method),
        OAuthPage.Authorize => HttpMethods.IsGet(method) || HttpMethods.IsPost(method),
        _ => HttpMethods.IsPost(method),
    };

    /// <summary>What programs in browsers need (TR-7); true when a preflight was answered.</summary>
    private static bool Cors(HttpContext http, TenantView tenant)
    {
        http.Response.Headers.Vary = "Origin";
        if (CorsPolicy.Match(http.Request.Headers.Origin, tenant.AllowedOrigins) is not { } origin)
        {
            return false;
        }

        if (CorsPolicy.IsPreflight(http.Request))
        {
            return CorsPolicy.TryAnswer(http, origin, Methods);
        }

        CorsPolicy.Allow(http.Response.Headers, origin);
        return false;
    }

    private static Task RefuseAsync(HttpContext http, int status, string error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        SecurityHeaders.Api(http.Response.Headers);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$"""{"error":"{{error}}"}""", http.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "OAuthRequestFailed", Level = LogLevel.Error, Message = "A request to an authorization server failed ({Page}).")]
        public static partial void Failed(ILogger logger, Exception failure, OAuthPage page);
    }
}
