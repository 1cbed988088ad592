using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Api.Tests.Support;

/// <summary>A part of the running product, for a test that counts what it did and never calls it.</summary>
public sealed class Reached<T> where T : notnull
{
    private T? _part;

    public T Part => _part ?? throw new InvalidOperationException("The product has not started.");

    public void Install(IServiceCollection services) => services.AddSingleton<IHostedService>(provider => new Reach(() => _part = provider.GetRequiredService<T>()));

    private sealed class Reach(Action reach) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            reach();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
