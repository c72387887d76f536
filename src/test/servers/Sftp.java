import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server for the tests, in a JVM of its own: java -cp ... Sftp.java FOLDER USER PASSWORD. Its first line is the port. */
public class Sftp {

    public static void main(String[] args) throws Exception {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider());
        server.setPasswordAuthenticator(
                (user, password, session) -> user.equals(args[1]) && password.equals(args[2]));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(Path.of(args[0]).toAbsolutePath()));
        server.start();
        System.out.println(server.getPort());
        // until the test ends
        System.in.read();
        server.stop();
    }
}
