using PaxosShard.Programs;
using PaxosShard.Replica.App;
using PaxosShard.Replica.Hosting;

ProgramStart.Prepare();
// A socket's completion runs on the thread that polls it: one wake-up less on the way of each message. Read once, at the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
return await new HostProgram("replica", RunCommand.AboutProgram).RunAsync([RunCommand.Create(), ReplaceCommand.Create(), ExportCommand.Create()], args);
