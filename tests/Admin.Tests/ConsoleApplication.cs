using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Admin.Tests.Operations;
using Platform.Hosting.Listeners;

namespace Platform.Admin.Tests;

/// <summary>The console in a host of its own on loopback, in front of a fake management API; spoken to by HTTP as a browser without JavaScript would.</summary>
public sealed class ConsoleApplication : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ConsoleApplication(WebApplication app, FakeManagement management, HttpClient http)
    {
        _app = app;
        Management = management;
        _http = http;
    }

    public FakeManagement Management { get; }

    public CookieContainer Cookies { get; private init; } = null!;

    /// <summary>What REST in the same process would open.</summary>
    public ClientAddressSeal Seal { get; private init; } = null!;

    public Uri Url => _http.BaseAddress!;

    /// <param name="https">Makes the console believe that its request came by https, as behind a proxy that ends TLS.</param>
    /// <param name="timeout">Longest REST call of a page; the default where it is null.</param>
    public static async Task<ConsoleApplication> StartAsync(bool https = false, TimeSpan? timeout = null)
    {
        var management = await FakeManagement.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        var seal = new ClientAddressSeal(TimeProvider.System);
        builder.Services.AddSingleton(seal);
        builder.Services.AddAdminRole(options =>
        {
            options.ManagementUrl = management.Url;
            options.EndpointUrl = "https://mcp.example.com";
            options.Timeout = timeout ?? options.Timeout;
        });
        var app = builder.Build();
        if (https)
        {
            app.Use(static (context, next) =>
            {
                context.Request.Scheme = "https";
                return next(context);
            });
        }

        app.UseAdminRole();
        app.MapAdminRole().WithMetadata(new OnConsole());
        app.MapGet("/dev/unmarked", static (HttpContext context) => context.RequestServices.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<OnConsole>() is null).Select(endpoint => endpoint.DisplayName));
        app.MapGet("/v1/whoami", static (HttpContext context) => context.User.Identity?.Name ?? "nobody");
        await app.StartAsync();
        var cookies = new CookieContainer();
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return new ConsoleApplication(app, management, http) { Cookies = cookies, Seal = seal };
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path);

    public async Task<HttpResponseMessage> AskAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Array.ForEach(headers, header => request.Headers.Add(header.Name, header.Value));
        return await _http.SendAsync(request);
    }

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        using var response = await GetAsync(path);
        return await ReadAsync(response);
    }

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync();
        return (IHtmlDocument)await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html));
    }

    /// <summary>Opens the page, fills its form in and sends it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params (string Name, string Value)[] values) =>
        await SubmitAsync(await OpenAsync(path), path, form, values);

    /// <summary>As above, from a page that is open. What it asks of REST beside looks must be among <see cref="ConsoleActions"/>.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(IDocument page, string path, string form, params (string Name, string Value)[] values)
    {
        var element = page.QuerySelectorAll<IHtmlFormElement>("form[method=post]")
            .Single(candidate => candidate.QuerySelector<IHtmlInputElement>("input[name=_handler]")?.Value == form);
        var hidden = element.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Select(input => KeyValuePair.Create(input.Name!, input.Value));
        var before = Management.Done.Length;
        var response = await PostAsync(path, [.. hidden, .. values.Select(value => KeyValuePair.Create(value.Name, value.Value))]);
        Assert.All(Management.Done[before..], operation => Assert.Contains(operation, ConsoleActions.Of(form)));
        return response;
    }

    public Task<HttpResponseMessage> PostAsync(string path, params KeyValuePair<string, string>[] values) =>
        _http.PostAsync(path, new FormUrlEncodedContent(values));

    public Task<HttpResponseMessage> SendAsync(string path, HttpContent content) => _http.PostAsync(path, content);

    public Task<HttpResponseMessage> LoginAsync(string password = FakeManagement.Password, string path = "/login") =>
        SubmitAsync(path, "login", ("user", "admin"), ("password", password));

    /// <summary>Signed in, with one tenant.</summary>
    public static async Task<ConsoleApplication> SignedInAsync()
    {
        var console = await StartAsync();
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme Robotics"));
        using var response = await console.LoginAsync();
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return console;
    }

    /// <summary>The value of the sign-in cookie; null when there is none.</summary>
    public string? Ticket => Cookies.GetCookies(Url)["mocopr-console"]?.Value;

    private sealed class OnConsole;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await Management.DisposeAsync();
        Assert.Empty(Management.Undescribed);
    }
}
