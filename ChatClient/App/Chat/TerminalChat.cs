using System.Runtime.InteropServices;
using System.Threading.Channels;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>A chat at a terminal: puts the conversation together with keys, signals and the terminal, and takes it apart again.</summary>
internal static class TerminalChat
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Chats until the user leaves.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ChatPlace place, CancellationToken cancellation)
    {
        bool isDumb = place.Shell.Variable("TERM") is null or "dumb";
        bool hasColours = !isDumb && place.Shell.Variable("NO_COLOR") is null;
        using RawTerminal terminal = new(isRaw: !isDumb);
        ChatView view = new(new ScreenModel(hasCursor: !isDumb), new Style(hasColours), RawTerminal.Write, TimeProvider.System);
        using HangUpSignal hangUp = new(cancellation);
        await using ChatWork work = new(hangUp.Token);
#pragma warning disable CA1416 // A terminal that can be set raw is one of a system that has these signals.
        using PosixSignalRegistration resized = OnSignal(PosixSignal.SIGWINCH, work, new ChatEvent.Resized());
        using PosixSignalRegistration stopped = OnSignal(PosixSignal.SIGTSTP, work, new ChatEvent.Suspended());
        using PosixSignalRegistration continued = OnSignal(PosixSignal.SIGCONT, work, new ChatEvent.Continued());
#pragma warning restore CA1416
        // The client must not wait for the screen; what was lost and found long ago is of no interest.
        Channel<ConnectionChange> changes = Channel.CreateBounded<ConnectionChange>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
        void OnChange(object? sender, ConnectionChange change) => changes.Writer.TryWrite(change);
        place.Client.ConnectionChanged += OnChange;
        try
        {
            work.Start(async token =>
            {
                await foreach (ConnectionChange change in changes.Reader.ReadAllAsync(token))
                    await work.PutAsync(new ChatEvent.Changed(change));
            });
            work.Start(async token =>
            {
                await KeyReader.RunAsync(keys => work.TryPut(new ChatEvent.Typed(keys)), token);
                await work.PutAsync(new ChatEvent.InputEnded());
            });
            using ChatConversation conversation = new(place, view, work, terminal, await ClusterAsync(place, hangUp.Token));
            return await conversation.RunAsync(hangUp.Token);
        }
        catch (OperationCanceledException) when (hangUp.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            place.Client.ConnectionChanged -= OnChange;
            view.Leave();
        }
    }

    // Names are told apart within a cluster. Who was given addresses alone asks whose they are; who gets no answer shares names with others like that.
    private static async Task<Guid> ClusterAsync(ChatPlace place, CancellationToken cancellation)
    {
        if (place.Client.Options.Cluster != Guid.Empty || place.Client.PrimaryAddress is not { } primary)
            return place.Client.Options.Cluster;
        try
        {
            return (await ChatLogClient.StatusAsync(primary, _patience, cancellation)).Hello.Cluster;
        }
        catch (UnavailableException)
        {
            return Guid.Empty;
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, ChatWork work, ChatEvent happened) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            work.TryPut(happened);
        });
}
