using System.Net.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Admin.Assets;
using Platform.Admin.Components;
using Platform.Admin.Management;
using Platform.Admin.Palette;
using Platform.Admin.Security;
using Platform.Admin.Session;
using Platform.Admin.Streams;

namespace Platform.Admin;

/// <summary>The console as one role of a host: services, middleware, endpoints.</summary>
public static class AdminRole
{
    /// <summary>Largest form the console reads; the biggest honest one is below 2 KiB.</summary>
    private const long MaxFormBytes = 64 * 1024;

    /// <summary>
    /// Registers the console. Registers no default authentication scheme; the console's cookie is read on the console's own endpoints only,
    /// so it never authenticates a REST call. The host owns Data Protection's key ring.
    /// </summary>
    public static IServiceCollection AddAdminRole(this IServiceCollection services, Action<AdminOptions>? configure = null)
    {
        var options = services.AddOptions<AdminOptions>()
            .BindConfiguration(AdminOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AdminOptions>, AdminOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddDataProtection();
        services.AddRazorComponents();
        services.AddCascadingValue(provider => provider.GetRequiredService<IOptions<AdminOptions>>().Value);
        services.AddSingleton<ConsoleAssets>();
        services.AddSingleton<SubmittedForms>();
        services.AddSingleton<HalfSignIn>();
        services.AddSingleton<UploadNotice>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PageRequestsOnlyPolicy>());
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "mocopr-console-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, NoCredential>(NoCredential.Name, configureOptions: null)
            .AddCookie(ConsoleCookie.Scheme, ConsoleCookie.Configure);
        services.AddAuthorizationBuilder().AddPolicy(ConsoleCookie.Policy, policy => policy
            .AddAuthenticationSchemes(ConsoleCookie.Scheme)
            .RequireAuthenticatedUser());
        services.AddHttpClient<ManagementClient>((provider, http) =>
        {
            var settings = provider.GetRequiredService<IOptions<AdminOptions>>().Value;
            http.BaseAddress = settings.ManagementBase;

            // The client limits each request itself: what is uploaded takes as long as it is.
            http.Timeout = Timeout.InfiniteTimeSpan;
            http.MaxResponseContentBufferSize = 8 * 1024 * 1024;
        }).ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            // A redirect would carry the session token to wherever it points.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = provider.GetService<ManagementServer>() is { } known ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => known.IsIt(certificate) } : new SslClientAuthenticationOptions(),
        });
        return services;
    }

    /// <summary>
    /// Adds the console's middleware; it touches requests for console endpoints only. Call it once, after routing and before the endpoints;
    /// it authenticates, authorizes and checks antiforgery itself, so the host's own order of those does not matter.
    /// </summary>
    public static IApplicationBuilder UseAdminRole(this IApplicationBuilder app) =>
        app.UseWhen(static context => ConsoleEndpoint.Is(context), static console =>
        {
            console.UseMiddleware<ConsoleGate>();
            console.UseAuthentication();
            console.UseAuthorization();
            console.UseAntiforgery();
            console.UseMiddleware<AntiforgeryGate>();
        });

    /// <summary>
    /// Maps pages, assets, sign-out, the palette and the console's 404 page. What is answered applies to all of them: the host uses it to bind the console to its
    /// management listener.
    /// </summary>
    public static IEndpointConventionBuilder MapAdminRole(this IEndpointRouteBuilder endpoints)
    {
        var pages = endpoints.MapRazorComponents<App>()
            .WithMetadata(new ConsoleEndpoint(), new RequestSizeLimitAttribute(MaxFormBytes))
            .RequireAuthorization(ConsoleCookie.Policy);
        var signOut = endpoints.MapPost(SignOutEndpoint.Path, SignOutEndpoint.SignOutAsync)
            .WithMetadata(new ConsoleEndpoint(), new RequestSizeLimitAttribute(MaxFormBytes), new RequireAntiforgeryTokenAttribute())
            .RequireAuthorization(ConsoleCookie.Policy);
        var assets = endpoints.MapGet(ConsoleAssets.Route, ConsoleAssets.Serve)
            .WithMetadata(new ConsoleEndpoint())
            .AllowAnonymous();
        return new AllOf([pages, signOut, assets, endpoints.MapPalette(), endpoints.MapConsoleNotFound(), .. endpoints.MapStreams()]);
    }

    private sealed class AllOf(IEndpointConventionBuilder[] parts) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => Array.ForEach(parts, part => part.Add(convention));

        public void Finally(Action<EndpointBuilder> finallyConvention) => Array.ForEach(parts, part => part.Finally(finallyConvention));
    }
}
